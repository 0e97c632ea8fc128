using BenchmarkDotNet.Running;

namespace Oddswire.Benchmarks;

internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is ["models", ..])
        {
            return ModelCommands.Run(args[1..]);
        }

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
    }
}
