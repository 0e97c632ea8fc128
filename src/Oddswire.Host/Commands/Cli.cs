using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Oddswire.Host.Commands;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>Everything was done.</summary>
    public const int Ok = 0;

    /// <summary>Done, but a check failed or some input was refused.</summary>
    public const int CheckFailed = 1;

    /// <summary>The command line or the input makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>Something of the machine is missing or in the way: library, port, folder, disk.</summary>
    public const int Environment = 3;

    /// <summary>A role stopped on a fault that trying again does not cure.</summary>
    public const int Fatal = 4;
}

/// <summary>An error for the user: what is wrong, what to do about it, and the exit code.</summary>
internal sealed class UserErrorException(int exitCode, string message, string remedy, Exception? inner = null)
    : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    public string Remedy { get; } = remedy;
}

/// <summary>Options that every command knows, and the two ways to print a result.</summary>
internal static class Cli
{
    public static Option<string> Data { get; } = new("--data")
    {
        Description = "The data folder; also from ODDSWIRE_DATA.",
        HelpName = "DIR",
        Recursive = true,
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("ODDSWIRE_DATA") is { Length: > 0 } folder ? folder : ".oddswire",
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object as the last line of standard output.",
        Recursive = true,
    };

    // "+160" stays "+160": nobody puts this into a page.
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Prints a result as one line of JSON.</summary>
    public static void PrintJson<T>(T result) => Console.Out.WriteLine(JsonSerializer.Serialize(result, JsonOptions));

    /// <summary>Writes progress or news for a person; never on standard output, which belongs to results.</summary>
    public static void Say(string text) => Console.Error.WriteLine(text);

    /// <summary>Reads a duration such as <c>30s</c>, <c>5m</c>, <c>1h</c>, <c>250ms</c> or a number of seconds.</summary>
    /// <exception cref="UserErrorException">It is not a duration.</exception>
    public static TimeSpan ParseDuration(string text, string option)
    {
        ReadOnlySpan<(string Unit, double Seconds)> units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)];
        foreach (var (unit, seconds) in units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length), out var number) && number is > 0 and < 1e9)
            {
                return TimeSpan.FromSeconds(number * seconds);
            }
        }

        throw new UserErrorException(ExitCodes.Usage, $"{option} '{text}' is not a duration.", "Write for example 30s, 5m, 1h or 250ms.");
    }

    /// <summary>Reads a speed such as <c>1x</c>, <c>60x</c>, <c>2.5</c> or <c>max</c>; null is <c>max</c>.</summary>
    /// <exception cref="UserErrorException">It is not a speed.</exception>
    public static double? ParseSpeed(string text)
    {
        if (text.Equals("max", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return double.TryParse(text.TrimEnd('x', 'X'), out var speed) && speed is > 0 and <= 100_000
            ? speed
            : throw new UserErrorException(ExitCodes.Usage, $"--speed '{text}' is not a speed.", "Write for example 1x, 60x or max.");
    }
}
