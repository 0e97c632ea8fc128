using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Price;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Core.Wire;
using Oddswire.Host.Api;
using Oddswire.Host.Roles;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Api;

/// <summary>
/// The real price and publish roles and the real API on Kestrel, over a log in memory into which a test writes normalised events.
/// <see cref="RestartAsync"/> throws the process's memory away and keeps the log, as a kill does.
/// </summary>
internal sealed class BoardRig : IAsyncDisposable
{
    private readonly League[] _leagues;
    private readonly ApiOptions _options;
    private readonly ArchiveQuery? _archive;
    private readonly Dictionary<string, long> _sequences = [];
    private CancellationTokenSource _stop = new();
    private Task _roles = Task.CompletedTask;
    private WebApplication? _app;

    private BoardRig(League[] leagues, ApiOptions options, ArchiveQuery? archive)
    {
        (_leagues, _options, _archive) = (leagues, options, archive);
        Log = new MemoryEventLog(TimeProvider.System);
    }

    public MemoryEventLog Log { get; }

    public LiveBoard Board { get; private set; } = new();

    public HopStats Stats { get; } = new();

    public HttpClient Client { get; private set; } = new();

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Reads on from the log and serves; the port is any free one.</summary>
    public static async Task<BoardRig> StartAsync(League[]? leagues = null, ApiOptions? options = null, ArchiveQuery? archive = null)
    {
        var rig = new BoardRig(leagues ?? [League.Nfl, League.Nba], (options ?? new ApiOptions()) with { Port = 0 }, archive);
        foreach (var league in rig._leagues)
        {
            await rig.Log.EnsureTopicsAsync([.. Topics.Of(league).Select(topic => new TopicSpec(topic, 1))], CancellationToken.None);
        }

        await rig.StartAgainAsync();
        return rig;
    }

    /// <summary>Stops, forgets all memory, and starts again on the same log and port.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>Stops serving and reading; <see cref="StartAgainAsync"/> forgets all memory.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _roles;
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
            _app = null;
        }
    }

    /// <summary>Reads the log again and serves on the same port.</summary>
    public async Task StartAgainAsync()
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        Board = new LiveBoard(_leagues);
        _roles = Task.WhenAll(_leagues.SelectMany(RolesOf));
        _app = ApiApplication.Build(
            _options with { Port = Address.IsDefaultPort ? 0 : Address.Port },
            new ApiSources { Board = Board, Stats = Stats, Log = Log, Archive = _archive });
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First());
        Client.Dispose();
        Client = new HttpClient(new SocketsHttpHandler { ConnectTimeout = Machine.Patience })
        {
            BaseAddress = Address,
            DefaultRequestVersion = HttpVersion.Version11,
        };
    }

    /// <summary>Appends a normalised event with the state after it.</summary>
    public async Task PlayAsync(GameId game, GameState after, string text = "", EventKind kind = EventKind.Play, GameInfo? info = null, PlayerChanges? players = null)
    {
        var sequence = _sequences[game.Value] = _sequences.GetValueOrDefault(game.Value) + 1;
        var now = Timestamp.From(TimeProvider.System.GetUtcNow());
        var normalized = new NormalizedEvent
        {
            Event = new GameEvent
            {
                GameId = game,
                Key = $"e{sequence}",
                Order = sequence,
                Kind = kind,
                OccurredAt = now,
                Period = after.Period,
                ClockTenths = after.ClockTenths,
                Score = after.Score,
                Possession = after.Possession,
                Info = info,
                Description = text,
                Players = players ?? PlayerChanges.None,
            },
            After = after,
            Sequence = sequence,
            ReceivedAt = now,
            RawOffset = sequence - 1,
        };
        var writer = new ProtoWriter();
        NormalizedEventCodec.Write(writer, normalized);
        await AppendAsync(Topics.Normalized(game.League), game, writer);
    }

    /// <summary>Appends an odds update as it is.</summary>
    public async Task PublishAsync(OddsUpdate update)
    {
        var writer = new ProtoWriter();
        OddsUpdateCodec.Write(writer, update);
        await AppendAsync(Topics.Odds(update.GameId.League), update.GameId, writer);
    }

    /// <summary>Waits until the game on the board meets the condition.</summary>
    public async Task<BoardSnapshot> UntilAsync(GameId game, Func<BoardSnapshot, bool> condition, [CallerArgumentExpression(nameof(condition))] string wanted = "")
    {
        using var limit = new CancellationTokenSource(Machine.Patience);
        while (true)
        {
            var changed = Board.NextChange();
            var snapshot = Board.Find(game)?.Read(withEvents: true);
            if (snapshot is not null && condition(snapshot))
            {
                return snapshot;
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                Assert.Fail($"Not within {Machine.Patience.TotalSeconds:0} s: {wanted}; {game} stands at event {snapshot?.EventSequence} with {snapshot?.Quotes.Count} quotes, roles: {_roles.Status}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task AppendAsync(string topic, GameId game, ProtoWriter value)
    {
        await using var worker = await Log.JoinAsync(new WorkerSpec("test", [], game.League), CancellationToken.None);
        var commit = new LogCommit();
        commit.Outputs.Append(topic, 1, System.Text.Encoding.UTF8.GetBytes(game.Value), default, value.Written);
        await worker.CommitAsync(commit, CancellationToken.None);
    }

    private IEnumerable<Task> RolesOf(League league)
    {
        var publish = new PublishRole(
            Log, Board.Find(league)!, new PublishOptions { CheckpointInterval = TimeSpan.FromMilliseconds(200), IdleWait = TimeSpan.FromMilliseconds(50) },
            Stats.Of(Hop.Publish, league), TimeProvider.System);
        var price = new StageRunner<PriceState>(
            Log, new PriceStage(league), league, [Topics.Normalized(league)], new Dictionary<string, int> { [Topics.Odds(league)] = 1 },
            new StageRunnerOptions { IdleWait = TimeSpan.FromMilliseconds(50) }, Stats.Of(Hop.Price, league), TimeProvider.System);
        var ct = _stop.Token;
        return [Task.Run(() => publish.RunAsync(ct)), Task.Run(() => price.RunAsync(ct))];
    }
}
