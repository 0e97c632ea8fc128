using System.CommandLine;
using System.Net;
using Oddswire.Host.Api;

namespace Oddswire.Host.Commands;

/// <summary>The options of the board and the API: where they are served, to whom, and how often one may ask.</summary>
internal sealed class ApiCli
{
    public Option<int> Port { get; } = new("--port") { Description = "Port of the board and the API; 0 picks a free one.", DefaultValueFactory = static _ => 8080 };

    public Option<string> Listen { get; } = new("--listen") { Description = "Address of the board and the API.", DefaultValueFactory = static _ => "127.0.0.1" };

    public Option<string?> Token { get; } = new("--api-token-file") { Description = "File with the secret that clients must send; required when --listen is not loopback.", HelpName = "FILE" };

    public Option<string[]> HostName { get; } = new("--host-name")
    {
        Description = "A host name by which clients reach the board and the API, for example through a proxy. May be repeated. On loopback, other names than these, localhost and the address are rejected.",
        HelpName = "NAME",
        DefaultValueFactory = static _ => [],
    };

    public Option<int> RequestsPerSecond { get; } = new("--requests-per-second")
    {
        Description = "Requests to the board and the API that one client address may make, on average; ten times as many pass in a burst, more are answered with status 429.",
        HelpName = "N",
        DefaultValueFactory = static _ => new ApiOptions().RequestsPerSecond,
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Port, Listen, HostName, Token, RequestsPerSecond })
        {
            command.Add(option);
        }
    }

    /// <summary>What the options say.</summary>
    /// <exception cref="UserErrorException">An option makes no sense.</exception>
    public ApiOptions Read(ParseResult parsed)
    {
        var listen = parsed.GetRequiredValue(Listen);
        if (!IPAddress.TryParse(listen == "localhost" ? "127.0.0.1" : listen, out var address))
        {
            throw new UserErrorException(ExitCodes.Usage, $"--listen '{listen}' is not an address.", "Write for example 127.0.0.1 or 0.0.0.0.");
        }

        var options = new ApiOptions
        {
            Address = address,
            Port = parsed.GetRequiredValue(Port),
            HostNames = parsed.GetValue(HostName) ?? [],
            Token = ReadToken(parsed.GetValue(Token)),
            RequestsPerSecond = parsed.GetRequiredValue(RequestsPerSecond),
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(ExitCodes.Usage, e.Message, "See 'oddswire up --help'.", e);
        }

        return options;
    }

    private static string? ReadToken(string? file)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCodes.Environment, $"--api-token-file '{file}' cannot be read: {e.Message}", "Write a secret of at least 16 characters into it.", e);
        }
    }
}
