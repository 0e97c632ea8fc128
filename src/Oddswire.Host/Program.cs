using System.CommandLine;
using Oddswire.Core.Ports;
using Oddswire.Host.Commands;

namespace Oddswire.Host;

internal static class Program
{
    /// <summary>What the parser adds where a command is needed and the word given is none; the word alone is to be named.</summary>
    private const string NoCommand = "Required command was not provided.";

    private static async Task<int> Main(string[] args)
    {
        // Without a word there is nothing to complain about: who asks like that wants to know what there is.
        var parsed = CommandTree.Create().Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors.Where(error => parsed.UnmatchedTokens.Count == 0 || error.Message != NoCommand))
            {
                Cli.Say($"error: {error.Message}");
            }

            if (CommandTree.Suggest(parsed) is { } meant)
            {
                Cli.Say($"  Did you mean '{meant}'?");
            }

            Cli.Say($"  See 'oddswire {CommandTree.PathOf(parsed.CommandResult)}--help'.");
            return ExitCodes.Usage;
        }

        try
        {
            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
            };
            return await parsed.InvokeAsync(invocation);
        }
        catch (UserErrorException error)
        {
            Cli.Say($"error: {error.Message}");
            Cli.Say($"  {error.Remedy}");
            return error.ExitCode;
        }
        catch (Exception error) when (error is LogException or SchemaRegistryUnavailableException)
        {
            Cli.Say($"error: {error.Message}");
            return ExitCodes.Environment;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Ok;
        }
    }
}
