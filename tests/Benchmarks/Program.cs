using System.Globalization;
using CvatServerless.Tests.Benchmarks;

// Without arguments the benchmarks of storage run; each prints lines that end in 'ok' or 'MISSED', or say 'skipped' and why.
// With its name a kernel runs alone, so that CPU time and peak memory of the process are its own.
switch (args)
{
    case []:
        await StorageBenchmark.RunAsync(Directory.CreateTempSubdirectory("cvatserverless-storage-").FullName);
        await WriteBenchmark.RunAsync(Directory.CreateTempSubdirectory("cvatserverless-write-").FullName);
        return await ListBenchmark.RunAsync(ListBenchmark.Sizes);
    case ["write"]:
        return await WriteBenchmark.RunAsync(Directory.CreateTempSubdirectory("cvatserverless-write-").FullName);
    case ["media", var kind, var input, var output, .. var rest]:
        return await MediaBenchmark.RunAsync(kind, input, output, rest is [var workers] ? int.Parse(workers, CultureInfo.InvariantCulture) : Environment.ProcessorCount);
    case ["video", var kind, var input, var output]:
        return await VideoBenchmark.RunAsync(kind, input, output);
    case ["list", .. var sizes]:
        return await ListBenchmark.RunAsync(sizes.Length == 0 ? ListBenchmark.Sizes : [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
    case ["list-fill", var target, var size]:
        return await ListBenchmark.FillAllAsync(target, int.Parse(size, CultureInfo.InvariantCulture));
    case ["storage", .. var folder]:
        return await StorageBenchmark.RunAsync(folder is [var path] ? Directory.CreateDirectory(path).FullName : Directory.CreateTempSubdirectory("cvatserverless-storage-").FullName);
    case ["storage-load", var data]:
        return await StorageBenchmark.LoadAsync(data);
    default:
        await Console.Error.WriteLineAsync("usage: Benchmarks [media KIND INPUT_FOLDER OUTPUT_FOLDER [WORKERS] | video KIND INPUT_FILE OUTPUT_FOLDER | list [JOBS…] | storage [FOLDER] | write | list-fill FOLDER SIZE]");
        return 2;
}
