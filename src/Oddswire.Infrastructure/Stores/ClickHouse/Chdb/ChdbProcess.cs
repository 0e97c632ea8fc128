using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Oddswire.Infrastructure.Stores.ClickHouse.Chdb;

/// <summary>What the supervisor needs to start the engine's process.</summary>
public sealed record ChdbProcessOptions
{
    /// <summary>The archive's folder; the engine's data go into <c>chdb</c> below it, the endpoint file into itself.</summary>
    public required string Folder { get; init; }

    /// <summary>Path of libchdb.so.</summary>
    public required string Library { get; init; }

    /// <summary>The port on 127.0.0.1; 0 keeps the one of the last start where it is free, and takes a free one otherwise.</summary>
    public int Port { get; init; }

    /// <summary>How long a start may take.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>First wait before a restart; doubles up to <see cref="MaxBackoff"/> while the process keeps dying.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait before a restart.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// Runs the embedded ClickHouse engine in a child process (<c>oddswire chdb-server</c>) and keeps it running: it is restarted, after a
/// growing pause, whenever it dies. The child ends when this process does, however that happens, since its standard input then closes.
/// </summary>
public sealed class ChdbProcess : IAsyncDisposable
{
    /// <summary>Name of the file, in the archive's folder, that says where the engine answers.</summary>
    public const string EndpointFile = "endpoint.json";

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private readonly ChdbProcessOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger? _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly string _password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly string _endpointFile;
    private Process? _process;
    private Task _watch = Task.CompletedTask;
    private int _port;

    private ChdbProcess(ChdbProcessOptions options, TimeProvider time, ILogger? logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _endpointFile = Path.Combine(options.Folder, EndpointFile);
        Client = new ClickHouseClient(null);
    }

    /// <summary>A client of the engine; while the engine is down, its calls fail with a transient error.</summary>
    public ClickHouseClient Client { get; }

    /// <summary>How often the engine's process was started.</summary>
    public int Starts { get; private set; }

    /// <summary>The engine's process; null while it is down.</summary>
    public int? ProcessId
    {
        get
        {
            try
            {
                return _process is { HasExited: false } process ? process.Id : null;
            }
            catch (InvalidOperationException)
            {
                // Its successor is being started at this moment.
                return null;
            }
        }
    }

    /// <summary>Starts the engine and waits until it answers.</summary>
    /// <exception cref="ClickHouseException">It does not start; the message holds what it wrote.</exception>
    public static async Task<ChdbProcess> StartAsync(ChdbProcessOptions options, TimeProvider time, ILogger? logger, CancellationToken ct)
    {
        var process = new ChdbProcess(options, time, logger);
        try
        {
            Directory.CreateDirectory(options.Folder);
            process._port = options.Port != 0 ? options.Port : ReadEndpoint(options.Folder) is { } last && IsFree(last.Url.Port) ? last.Url.Port : 0;
            await process.StartOnceAsync(ct);
            process._watch = Task.Run(process.WatchAsync, CancellationToken.None);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where the engine of an archive's folder answers, as its owner wrote it; null when there is no such file.</summary>
    public static ClickHouseEndpoint? ReadEndpoint(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<ClickHouseEndpoint>(File.ReadAllText(Path.Combine(folder, EndpointFile)), JsonOptions);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Stops the engine: it closes its folder, and is killed when it does not within a few seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Client.Use(null);
        if (_process is { } process)
        {
            await EndAsync(process);
        }

        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        File.Delete(_endpointFile);
        Client.Dispose();
        _stop.Dispose();
    }

    private static async Task EndAsync(Process process)
    {
        try
        {
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await process.WaitForExitAsync(patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private async Task WatchAsync()
    {
        var backoff = _options.MinBackoff;
        while (!_stop.IsCancellationRequested)
        {
            var startedAt = _time.GetTimestamp();
            await _process!.WaitForExitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            Client.Use(null);
            _logger?.LogWarning("The archive's engine ended with code {Code}; starting it again", _process.ExitCode);
            backoff = _time.GetElapsedTime(startedAt) > TimeSpan.FromSeconds(30) ? _options.MinBackoff : TimeSpan.FromTicks(Math.Min(_options.MaxBackoff.Ticks, backoff.Ticks * 2));
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    await Task.Delay(backoff * (0.5 + Random.Shared.NextDouble()), _time, _stop.Token);
                    await StartOnceAsync(_stop.Token);
                    break;
                }
                catch (OperationCanceledException) when (_stop.IsCancellationRequested)
                {
                    return;
                }
                catch (ClickHouseException e)
                {
                    _logger?.LogError(e, "The archive's engine does not start");
                    _port = _options.Port;
                    backoff = TimeSpan.FromTicks(Math.Min(_options.MaxBackoff.Ticks, backoff.Ticks * 2));
                }
            }
        }
    }

    private async Task StartOnceAsync(CancellationToken ct)
    {
        _process?.Dispose();
        var process = _process = Start();
        Starts++;
        var errors = new Queue<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.Enqueue(line.Data ?? "");
                if (errors.Count > 20)
                {
                    errors.Dequeue();
                }
            }
        };
        process.BeginErrorReadLine();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(_options.StartTimeout);
        try
        {
            // The child writes its port once it serves; its end of the pipe closes when it fails.
            var line = await process.StandardOutput.ReadLineAsync(patience.Token);
            if (int.TryParse(line, out var port))
            {
                _port = port;
                var endpoint = new ClickHouseEndpoint(new Uri($"http://127.0.0.1:{port}/"), ChdbHttpServer.Writer, _password);
                WriteEndpoint(endpoint);
                Client.Use(endpoint);
                return;
            }

            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            errors.Enqueue($"It did not answer within {_options.StartTimeout.TotalSeconds:0} s.");
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
            throw;
        }
        catch (IOException e)
        {
            errors.Enqueue($"Its address cannot be written down: {e.Message}");
        }

        await EndAsync(process);
        string text;
        lock (errors)
        {
            text = string.Join(' ', errors.Where(line => line.Length > 0));
        }

        throw new ClickHouseException(0, $"The archive's engine does not start on '{_options.Folder}': {text}", isTransient: true);
    }

    private Process Start()
    {
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        var program = Path.Combine(AppContext.BaseDirectory, "oddswire");
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "oddswire")
        {
            start.FileName = Environment.ProcessPath!;
        }
        else if (File.Exists(program))
        {
            start.FileName = program;
        }
        else
        {
            start.FileName = "dotnet";
            start.ArgumentList.Add(program + ".dll");
        }

        foreach (var argument in new[] { "chdb-server", "--path", Path.Combine(_options.Folder, "chdb"), "--port", $"{_port}" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ODDSWIRE_CHDB"] = _options.Library;
        start.Environment["ODDSWIRE_CHDB_PASSWORD"] = _password;
        return Process.Start(start) ?? throw new ClickHouseException(0, $"'{start.FileName}' cannot be started.", isTransient: false);
    }

    private void WriteEndpoint(ClickHouseEndpoint endpoint)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var temporary = _endpointFile + ".new";
        using (var file = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(file, endpoint, JsonOptions);
        }

        File.Move(temporary, _endpointFile, overwrite: true);
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
