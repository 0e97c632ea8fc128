using System.CommandLine;
using System.Security.Cryptography;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Stores.ClickHouse;
using Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

namespace Oddswire.Host.Commands;

/// <summary>
/// <c>oddswire chdb-server</c>: the process that holds the embedded ClickHouse engine. Started by the others, never by hand. It writes its port
/// as a line of standard output once it serves, and ends when its standard input does.
/// </summary>
internal static class ChdbServerCommand
{
    public static Command Create()
    {
        var path = new Option<string>("--path") { Description = "The engine's data folder.", Required = true };
        var port = new Option<int>("--port") { Description = "The port on 127.0.0.1; 0 for a free one." };
        var command = new Command("chdb-server", "Serve ClickHouse's HTTP interface over the embedded engine.") { path, port };
        command.Hidden = true;
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(path), parsed.GetValue(port)));
        return command;
    }

    private static async Task<int> RunAsync(string path, int port)
    {
        var library = ChdbLibrary.Find() ?? throw new UserErrorException(ExitCodes.Environment, "libchdb.so was not found.", ChdbLibrary.Remedy);
        try
        {
            ThreadPool.SetMinThreads(32, 8);
            using var engine = await OpenAsync(library, path);
            var password = Environment.GetEnvironmentVariable("ODDSWIRE_CHDB_PASSWORD") is { Length: > 0 } given
                ? given
                : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            await using var server = await ChdbHttpServer.StartAsync(engine, port, password);
            Console.Out.WriteLine(server.Port);
            await Console.Out.FlushAsync();

            // Ctrl-C reaches the whole group of processes; only the owner decides when the engine ends.
            Console.CancelKeyPress += static (_, key) => key.Cancel = true;
            await WaitForEndOfInputAsync();
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new UserErrorException(ExitCodes.Environment, $"'{library}' cannot be used: {e.Message}", ChdbLibrary.Remedy, e);
        }
        catch (Exception e) when (e is ClickHouseException or IOException)
        {
            throw new UserErrorException(ExitCodes.Environment, e.Message, "Stop the other process, or choose another folder or port.", e);
        }

        // The engine's own threads would otherwise be asked to unwind behind a closed folder.
        Environment.Exit(ExitCodes.Ok);
        return ExitCodes.Ok;
    }

    /// <summary>After a kill, the earlier process may hold the folder for a moment longer.</summary>
    private static async Task<ChdbEngine> OpenAsync(string library, string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return ChdbEngine.Open(library, path);
            }
            catch (ClickHouseException) when (attempt < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250));
            }
        }
    }

    private static async Task WaitForEndOfInputAsync()
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[256];
        while (await input.ReadAsync(buffer) > 0)
        {
        }
    }
}
