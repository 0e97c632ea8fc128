using System.Diagnostics;
using System.Text.Json;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Kafka;

namespace Oddswire.Host.Composition.Configuration;

/// <summary>
/// Gets OAUTHBEARER tokens from a program of the user's, for clusters whose tokens no plain token endpoint gives (MSK IAM). The program prints one JSON
/// object: <c>{"token": "…", "expires_at_ms": 1760000000000, "principal": "…"}</c>. What it prints is never repeated anywhere.
/// </summary>
/// <param name="command">A command line for <c>/bin/sh</c>.</param>
/// <param name="setting">The setting it stands in, for messages.</param>
internal sealed class TokenCommand(string command, string setting)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs the program and reads the token.</summary>
    /// <exception cref="LogUnavailableException">It failed, took too long, or printed something else.</exception>
    public KafkaToken Run()
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command);
        using var process = Process.Start(start) ?? throw Failed("could not be started");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience) || !Task.WaitAll([output, errors], Patience))
        {
            process.Kill(entireProcessTree: true);
            throw Failed($"took longer than {Patience.TotalSeconds:0} s");
        }

        return process.ExitCode == 0 ? Read(output.Result) : throw Failed($"ended with exit code {process.ExitCode}");
    }

    private KafkaToken Read(string printed)
    {
        try
        {
            using var document = JsonDocument.Parse(printed);
            var root = document.RootElement;
            return new KafkaToken(
                new Secret(root.GetProperty("token").GetString() ?? throw new KeyNotFoundException()),
                DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("expires_at_ms").GetInt64()),
                root.TryGetProperty("principal", out var principal) ? principal.GetString() ?? "oddswire" : "oddswire");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            // The cause is left out: a parser's message may quote what was printed, which is a secret.
            throw Failed("printed something else than {\"token\": …, \"expires_at_ms\": …, \"principal\": …}");
        }
    }

    private LogUnavailableException Failed(string what) => new($"The program of {setting} {what}. Run it by hand to see why.");
}
