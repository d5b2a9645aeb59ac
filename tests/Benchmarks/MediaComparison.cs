using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace CvatServerless.Tests.Benchmarks;

/// <summary>
/// Task creation from 300 Full HD JPEGs against the comparator, which makes the same artefacts with the reference's calls into Pillow: both run
/// interleaved in processes of their own, measured alike by the kernel's accounting, and only ratios are judged.
/// </summary>
internal static class MediaComparison
{
    private const int Pictures = 300;
    private const int Rounds = 5;

    /// <summary>Runs a command and tells what the kernel accounted for it: CPU seconds, wall seconds, peak resident KiB.</summary>
    private const string Measure =
        "import json,resource,subprocess,sys,time\nt=time.monotonic()\nsubprocess.run(sys.argv[1:],check=True,stdout=sys.stderr)\n"
        + "r=resource.getrusage(resource.RUSAGE_CHILDREN)\nprint(json.dumps([r.ru_utime+r.ru_stime,time.monotonic()-t,r.ru_maxrss]))";

    public static async Task RunAsync()
    {
        if (FindBeside("shared/bench/cvat_work.py") is not { } comparator)
        {
            Console.WriteLine("media: skipped, the comparator ../shared/bench is not beside the checkout");
            return;
        }

        var work = Directory.CreateDirectory(Path.Combine(Root(), "artifacts", "benchmarks")).FullName;
        var python = await PythonAsync(work);
        var inputs = await InputsAsync(python, comparator, work);
        List<Cost> one = [], two = [], theirs = [];
        for (var round = 0; round < Rounds; round++)
        {
            one.Add(await OursAsync(python, inputs, work, 1));
            theirs.Add(await TheirsAsync(python, comparator, "img-zip70", inputs, work) + await TheirsAsync(python, comparator, "img-orig", inputs, work));
            two.Add(await OursAsync(python, inputs, work, 2));
        }

        Report(one, two, theirs);
    }

    private static void Report(List<Cost> one, List<Cost> two, List<Cost> theirs)
    {
        var (ours, reference) = (Pictures / Median(one), Pictures / Median(theirs));
        Line(ours / reference >= 1.5, $"media chunks, both kinds: {ours:F1} pictures per CPU s against {reference:F1}, {ours / reference:F2} x (at least 1.5 x)");
        var peak = two.Max(cost => cost.PeakKiB) / 1024;
        Line(peak <= 250, $"media peak memory: {peak:F0} MiB against {theirs.Max(cost => cost.PeakKiB) / 1024:F0} (at most 250)");

        // Neighbours on the machine only ever slow a run down: the fastest one is the closest to the truth.
        var scaling = one.Min(cost => cost.WallSeconds) / two.Min(cost => cost.WallSeconds);
        if (Environment.ProcessorCount < 2)
        {
            Console.WriteLine("media scaling from one core to two: skipped, there is one core");
            return;
        }

        Line(scaling >= 1.7, $"media scaling from one core to two: {scaling:F2} x (at least 1.7 x)");
    }

    private static void Line(bool met, FormattableString text) => Console.WriteLine($"{text.ToString(CultureInfo.InvariantCulture)} {(met ? "ok" : "MISSED")}");

    private static double Median(List<Cost> costs) => costs.Select(cost => cost.CpuSeconds).Order().ElementAt(costs.Count / 2);

    /// <summary>One worker means one core: without the pin the runtime's own threads (GC, JIT, file I/O) would use the second one.</summary>
    private static Task<Cost> OursAsync(string python, string inputs, string work, int workers)
    {
        string[] pin = workers == 1 && File.Exists("/usr/bin/taskset") ? ["/usr/bin/taskset", "-c", "0"] : [];
        var program = Path.Combine(AppContext.BaseDirectory, "CvatServerless.Tests.Benchmarks");
        return CostAsync(python, work, [.. pin, program, "media", inputs, Path.Combine(work, "ours"), workers.ToString(CultureInfo.InvariantCulture)]);
    }

    private static Task<Cost> TheirsAsync(string python, string comparator, string mode, string inputs, string work) =>
        CostAsync(python, work, python, comparator, mode, inputs, Path.Combine(work, "theirs"));

    private static async Task<Cost> CostAsync(string python, string work, params string[] command)
    {
        var json = await RunAsync(work, python, ["-c", Measure, .. command]);
        var values = JsonSerializer.Deserialize<double[]>(json)!;
        return new Cost(values[0], values[1], values[2]);
    }

    private static async Task<string> PythonAsync(string work)
    {
        var venv = Path.Combine(work, "venv");
        var python = Path.Combine(venv, "bin", "python");
        var stub = Path.Combine(work, "stub");
        if (!File.Exists(Path.Combine(venv, "ready")))
        {
            await RunAsync(work, "python3", ["-m", "venv", venv]);
            string[] source = FindBeside("shared/wheelhouse/README.md") is { } wheels ? ["--no-index", "--find-links", Path.GetDirectoryName(wheels)!] : [];
            await RunAsync(work, python, ["-m", "pip", "install", "--quiet", .. source, "pillow", "numpy"]);
            await File.WriteAllTextAsync(Path.Combine(venv, "ready"), "");
        }

        // The comparator imports PyAV for its video modes, which are not run here.
        Directory.CreateDirectory(stub);
        await File.WriteAllTextAsync(Path.Combine(stub, "av.py"), "class VideoFrame: pass\n");
        return python;
    }

    private static async Task<string> InputsAsync(string python, string comparator, string work)
    {
        var inputs = Path.Combine(work, "inputs");
        if (!File.Exists(Path.Combine(inputs, "ready")))
        {
            await RunAsync(work, python, [Path.Combine(Path.GetDirectoryName(comparator)!, "gen_inputs.py"), inputs, Pictures.ToString(CultureInfo.InvariantCulture)]);
            await File.WriteAllTextAsync(Path.Combine(inputs, "ready"), "");
        }

        return Path.Combine(inputs, "img");
    }

    private static async Task<string> RunAsync(string work, string program, string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        info.Environment["PYTHONPATH"] = Path.Combine(work, "stub");
        using var process = Process.Start(info) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CvatServerless.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? AppContext.BaseDirectory;
    }

    private static string? FindBeside(string relativePath)
    {
        var path = Path.Combine(Path.GetDirectoryName(Root()) ?? "/", relativePath);
        return File.Exists(path) ? path : null;
    }

    private sealed record Cost(double CpuSeconds, double WallSeconds, double PeakKiB)
    {
        public static Cost operator +(Cost a, Cost b) => new(a.CpuSeconds + b.CpuSeconds, a.WallSeconds + b.WallSeconds, Math.Max(a.PeakKiB, b.PeakKiB));
    }
}
