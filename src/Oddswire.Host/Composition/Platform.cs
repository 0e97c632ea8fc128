using System.Net;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;
using Oddswire.Core.Pricing;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Api;
using Oddswire.Host.Roles;
using Oddswire.Host.Roles.Ingest;
using Oddswire.Host.Roles.Lag;
using Oddswire.Host.Roles.Models;

namespace Oddswire.Host.Composition;

/// <summary>
/// The roles of one process on a data folder: made, started, watched and stopped together. What a role is made of stands here and
/// nowhere else.
/// </summary>
internal sealed class Platform : IAsyncDisposable
{
    private static readonly TimeSpan MaintainEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LagEvery = TimeSpan.FromSeconds(2);

    /// <summary>How long a log that is locked or has no room may stay so before the start is given up.</summary>
    private static readonly TimeSpan OpenPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan OpenRetry = TimeSpan.FromMilliseconds(500);

    private readonly DataFolder _folder;
    private readonly PlatformOptions _options;
    private readonly ISchemaRegistry _registry;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logging;
    private readonly IReadOnlyDictionary<string, int> _partitionCounts;
    private readonly IReadOnlyList<IFeedSource> _sources;
    private readonly long _started;
    private readonly Headroom _headroom;

    private Platform(
        DataFolder folder,
        PlatformOptions options,
        IEventLog log,
        ISchemaRegistry registry,
        IReadOnlyDictionary<string, int> partitionCounts,
        TimeProvider time,
        ILoggerFactory logging)
    {
        _folder = folder;
        _registry = registry;
        _options = options;
        _time = time;
        _logging = logging;
        _started = time.GetTimestamp();
        _headroom = new Headroom(Stats, time);
        Log = log;
        _sources = options.Feed is { } feed && options.Roles.Contains(Role.Ingest) ? [.. options.Sources, feed.Open(time, logging)] : options.Sources;
        Board = new LiveBoard(options.Leagues);
        _partitionCounts = partitionCounts;
    }

    public IEventLog Log { get; }

    /// <summary>What partners read; null when it is not written here.</summary>
    public Edge? Edge { get; private set; }

    public LiveBoard Board { get; }

    public HopStats Stats { get; } = new();

    /// <summary>The archive; null when it does not run here.</summary>
    public ArchiveEngine? Archive { get; private set; }

    /// <summary>Where health and metrics are, when they are served without a board.</summary>
    public string? HealthAddress { get; private set; }

    /// <summary>Where the API and the board are, once they are served.</summary>
    public string? Address { get; private set; }

    /// <summary>Told once everything runs: the address of the board and the API, null when they are not served.</summary>
    public event Action<string?>? Started;

    /// <summary>Opens the log and makes its topics; what the roles write must be compatible with what is registered.</summary>
    /// <exception cref="LogConfigurationException">The data folder was made with other settings.</exception>
    /// <exception cref="Commands.UserErrorException">A contract is not compatible, or topics are missing.</exception>
    public static async Task<Platform> OpenAsync(
        DataFolder folder, PlatformOptions options, TimeProvider time, ILoggerFactory logging, CancellationToken ct)
    {
        var log = Logs.Open(folder, options.Log, time, logging);
        var registry = ProducerSchemas.Open(options.Registry);
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await ProducerSchemas.CheckAsync(options.Roles, options.Leagues, registry, ct);
                var platform = new Platform(folder, options, log, registry, await EnsureTopicsAsync(log, options, ct), time, logging);
                await platform.ChooseModelsAsync(ct);
                platform.Edge = options.Roles.Contains(Role.Replicate) ? await Edge.OpenAsync(folder, options, platform._partitionCounts, registry, time, logging, ct) : null;
                return platform;
            }
            catch (Exception e) when (time.GetElapsedTime(started) < OpenPatience && e is LogUnavailableException or SchemaRegistryUnavailableException)
            {
                // Another role of the same folder may be opening or recovering the log at this moment, the disk may get room, the registry may come back.
                logging.CreateLogger<Platform>().LogWarning("{Message} Trying again.", e.Message);
                await Task.Delay(OpenRetry, time, ct);
            }
            catch
            {
                (registry as IDisposable)?.Dispose();
                await log.DisposeAsync();
                throw;
            }
        }
    }

    private async Task ChooseModelsAsync(CancellationToken ct)
    {
        foreach (var model in _options.Models)
        {
            await new ModelSwitch(Log, model.League, _partitionCounts, _time).ChooseForNewGamesAsync(
                new ModelChange { Role = ModelRole.Live, Version = model.Version, Parameters = model.ToBytes(withGames: false) }, ct);
        }
    }

    private static async Task<IReadOnlyDictionary<string, int>> EnsureTopicsAsync(IEventLog log, PlatformOptions options, CancellationToken ct)
    {
        if (options.Log.Kafka is { } kafka)
        {
            return await KafkaLogs.EnsureTopicsAsync(kafka, options.Leagues, options.Roles, [.. options.Models.Select(model => model.League)], options.MakesTopics, ct);
        }

        var topics = new List<TopicSpec>();
        foreach (var topic in options.Leagues.SelectMany(Topics.Of))
        {
            var existing = (await log.DescribeAsync(topic, ct)).Count;
            topics.Add(new TopicSpec(topic, options.Log.Partitions ?? Math.Max(1, existing), options.Log.Retention));
        }

        await log.EnsureTopicsAsync(topics, ct);
        return topics.ToDictionary(topic => topic.Name, topic => topic.Partitions);
    }

    /// <summary>Runs until cancelled, until what it was given is drained, or until a role fails.</summary>
    /// <exception cref="RoleFailedException">A role failed.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        if (_options.StopAfter is { } after)
        {
            stop.CancelAfter(after);
        }

        Archive = _options.Roles.Contains(Role.Archive) ? ArchiveEngine.Start(_folder, _time, _logging) : null;
        var ingested = new Dictionary<League, Task>();
        var roles = _options.Leagues.SelectMany(league => RolesOf(league, ingested)).ToList();
        await using var glance = Edge is null && !_options.Edge.IsOff && _options.Roles.Contains(Role.Api) ? new EdgeGlance(_folder, _options.Edge, _time) : null;
        Func<IEventLog?>? edgeLog = Edge is { } edge ? () => edge.Log : glance is null ? null : glance.Find;
        var lag = new LagMonitor(Log, _options.Leagues, Stats, LagEvery, _time, _logging.CreateLogger<LagMonitor>(), edgeLog);
        await using var api = await StartApiAsync(lag, ingested, stop.Token);
        roles.Add(new RunningRole("lag watch", lag.RunAsync));
        roles.AddRange(_sources.Where(source => source.IsLive).Select(source => new RunningRole($"feed watch of {source.Identity}", token => WatchAsync(source, token))));
        roles.Add(new RunningRole("log maintenance", MaintainAsync));
        if (_options.StopWhenDrained)
        {
            roles.Add(new RunningRole("drain", async token =>
            {
                await Task.WhenAll(ingested.Values).WaitAsync(token);
                await new Drain(Log, Edge?.Log, Board, _options, _time).WaitAsync(token);
                await stop.CancelAsync();
            }));
        }

        await WarmUpAsync(stop.Token);
        Started?.Invoke(Address);
        try
        {
            await RoleSupervisor.RunAsync(roles, DrainAsync, stop.Token);
        }
        finally
        {
            await (api?.StopAsync(CancellationToken.None) ?? Task.CompletedTask);
        }
    }

    // Before anything comes in and before partitions are taken, which others have till then: no game waits. A replay of a game or two needs a few of the tables and ends with it.
    private async Task WarmUpAsync(CancellationToken ct)
    {
        if (_options.Roles.Contains(Role.Price) && !_options.StopWhenDrained)
        {
            var tables = Task.Run(() => _options.Leagues.ToList().ForEach(GameModels.WarmUp), CancellationToken.None);
            await Task.WhenAny(tables, Task.Delay(Timeout.Infinite, ct));
            await (ct.IsCancellationRequested ? Task.CompletedTask : tables);
        }
    }

    public PlatformStatus Status() => new(
        Board.Leagues.Sum(board => board.Games.Count(game => game.Phase == GamePhase.Live)),
        Stats.All().Sum(entry => entry.Counters.DeadLettered),
        Stats.All().Sum(entry => entry.Counters.Quarantined),
        _time.GetElapsedTime(_started));

    public async ValueTask DisposeAsync()
    {
        if (Archive is not null)
        {
            await Archive.DisposeAsync();
        }

        if (Edge is not null)
        {
            await Edge.DisposeAsync();
        }

        (_registry as IDisposable)?.Dispose();
        await Log.DisposeAsync();
    }

    /// <summary>Where ingest runs in another process, the input does not end with us, and there is nothing to wait for.</summary>
    private Task DrainAsync(CancellationToken ct) =>
        _options.Roles.Contains(Role.Ingest) ? new Drain(Log, Edge?.Log, Board, _options, _time).WaitAsync(ct) : Task.CompletedTask;

    private IEnumerable<RunningRole> RolesOf(League league, Dictionary<League, Task> ingested)
    {
        var code = league.Code();
        if (_options.Roles.Contains(Role.Ingest))
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ingested[league] = done.Task;
            yield return new RunningRole(
                $"ingest.{code}",
                async token =>
                {
                    await Ingest(league).RunAsync(token);
                    done.TrySetResult();
                },
                StopsFirst: true);
        }

        if (_options.Roles.Contains(Role.Normalise))
        {
            yield return new RunningRole($"normalise.{code}", token => Runner(Pipeline.Normalise(league), league, Topics.Raw(league), Hop.Normalise).RunAsync(token));
        }

        if (_options.Roles.Contains(Role.Price))
        {
            var book = Books.For(_folder, league);
            yield return new RunningRole($"price.{code}", token => Runner(Pipeline.Price(league, book), league, Topics.Normalized(league), Hop.Price).RunAsync(token));
        }

        if (_options.Roles.Contains(Role.Publish))
        {
            var options = new PublishOptions { ShowsAll = _options.Roles.Contains(Role.Api) };
            var role = new PublishRole(Log, Board.Find(league)!, options, Stats.Of(Hop.Publish, league), _time, _logging.CreateLogger<PublishRole>());
            yield return new RunningRole($"publish.{code}", role.RunAsync);
        }

        if (_options.Roles.Contains(Role.Archive) && Archive is { } archive)
        {
            yield return new RunningRole($"archive.{code}", token => archive.RunRoleAsync(Log, league, Stats.Of(Hop.Archive, league), token));
        }

        if (Edge is { } edge)
        {
            yield return new RunningRole($"replicate.{code}", edge.Replicate(Log, league, Stats.Of(Hop.Replicate, league)).RunAsync);
        }
    }

    private IngestRole Ingest(League league) => new(
        Log,
        league,
        [.. _sources.Where(source => source.League == league)],
        Pipeline.Formats,
        _partitionCounts,
        _options.Ingest with
        {
            Heartbeat = _options.Feed is { } feed && feed.League == league ? feed.Heartbeat : _options.Ingest.Heartbeat,
            WaitForReaders = Headroom.Needs.IsSubsetOf(_options.Roles) ? _headroom.WaitAsync : null,
        },
        Stats.Of(Hop.Ingest, league),
        _time,
        LineLookup(),
        _logging.CreateLogger<IngestRole>());

    private Func<GameId, GameInfo, PregameLine?> LineLookup()
    {
        var stored = References.LineLookup(_folder);
        return _options.PregameLine is { } own ? (game, info) => own(game) ?? stored(game, info) : stored;
    }

    private StageRunner<TState> Runner<TState>(Core.Pipeline.Stage<TState> stage, League league, string input, Hop hop)
        where TState : class => new(
            Log, stage, league, [input], _partitionCounts, new StageRunnerOptions(), Stats.Of(hop, league), _time, _logging.CreateLogger(stage.Name));

    private async Task WatchAsync(IFeedSource source, CancellationToken ct)
    {
        while (true)
        {
            if (source.Progress is { } progress)
            {
                Stats.Of(Hop.Ingest, source.League).OnLag(progress.Records, progress.Behind);
            }

            await Task.Delay(WatchEvery, _time, ct);
        }
    }

    private async Task MaintainAsync(CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(MaintainEvery, _time, ct);
            await Log.MaintainAsync(ct);
            await (Edge?.Log.MaintainAsync(ct) ?? ValueTask.CompletedTask);
        }
    }

    private async Task<WebApplication?> StartApiAsync(LagMonitor lag, IReadOnlyDictionary<League, Task> ingested, CancellationToken ct)
    {
        var isApi = _options.Api is not null && _options.Roles.Contains(Role.Api);
        if (!isApi && _options.HealthPort is null)
        {
            return null;
        }

        var sources = new ApiSources
        {
            Board = Board,
            Stats = Stats,
            Log = Log,
            Lag = lag,
            Archive = Archive is null ? ArchiveEngine.FromFolder(_folder) : Archive.QueryAsync,
            Checks = [.. Readiness.Of(_options, Stats, Board, Archive, ingested), .. _sources.Where(source => source.IsLive).Select(Readiness.Of)],
            Time = _time,
        };
        void AddLogging(ILoggingBuilder logging) => logging.Services.AddSingleton(_logging);
        var (address, port) = isApi ? (_options.Api!.Address, _options.Api.Port) : (_options.Api?.Address ?? IPAddress.Loopback, _options.HealthPort!.Value);
        var application = isApi ? ApiApplication.Build(_options.Api!, sources, AddLogging) : HealthApplication.Build(address, port, sources, AddLogging);
        await StartAsync(application, address, port, isApi ? "--port" : "--health-port", ct);
        if (isApi)
        {
            Address = application.Urls.First();
        }
        else
        {
            HealthAddress = application.Urls.First();
        }

        return application;
    }

    private static async Task StartAsync(WebApplication application, IPAddress address, int port, string option, CancellationToken ct)
    {
        try
        {
            await application.StartAsync(ct);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await application.DisposeAsync();
            throw new Commands.UserErrorException(
                Commands.ExitCodes.Environment,
                $"Port {port} on {address} is in use.",
                $"Stop what uses it ('ss -ltnp | grep :{port}'), or choose another with {option} (0 takes any free one).",
                e);
        }
    }
}
