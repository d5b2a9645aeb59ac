namespace CvatServerless.Domain.Ports;

/// <summary>
/// An <see cref="IBlobStore"/> that keeps blobs as files of this machine may say where, so that a program that needs a seekable file
/// (ffmpeg) reads a large video in place. Others are copied to a temporary file first.
/// </summary>
public interface ILocalBlobFiles
{
    /// <summary>
    /// The file that holds the whole blob as it is now, to be read only; null where it does not lie in one file. It goes when the blob is replaced or removed:
    /// whoever opened it before reads on.
    /// </summary>
    string? FindFile(string name);
}
