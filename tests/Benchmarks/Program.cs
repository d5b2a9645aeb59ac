using System.Globalization;
using CvatServerless.Tests.Benchmarks;

// One benchmark per run, named by the first argument, so that CPU time and peak memory of the process are its own.
switch (args)
{
    case ["media", var input, var output, .. var rest]:
        return await MediaBenchmark.RunAsync(input, output, rest is [var workers] ? int.Parse(workers, CultureInfo.InvariantCulture) : Environment.ProcessorCount);
    default:
        await Console.Error.WriteLineAsync("usage: Benchmarks media INPUT_FOLDER OUTPUT_FOLDER [WORKERS]");
        return 2;
}
