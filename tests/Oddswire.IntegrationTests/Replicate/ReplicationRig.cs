using System.Runtime.CompilerServices;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Core.Wire;
using Oddswire.Host.Commands.Verify;
using Oddswire.Host.Roles.Replicate;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.IntegrationTests.Logs;

namespace Oddswire.IntegrationTests.Replicate;

/// <summary>A core log with odds of some games, an edge log, and the role between them.</summary>
internal sealed class ReplicationRig(IEventLog core, IEventLog edge)
{
    public const int CorePartitions = 3;
    public const int EdgePartitions = 2;
    public const int SchemaId = 7;

    public League League { get; init; } = League.Nfl;

    /// <summary>The id in front of every public value.</summary>
    public int PublishedId { get; init; } = SchemaId;

    private readonly long[] _sequences = new long[9];
    private readonly ProtoWriter _value = new();
    private int _written;

    public IEventLog Core { get; set; } = core;

    public IEventLog Edge { get; set; } = edge;

    public HopCounters Counters { get; } = new HopStats().Of(Hop.Replicate, League.Nfl);

    public static string Internal => Topics.Odds(League.Nfl);

    public static string Public => Topics.PublicOdds(League.Nfl);

    public static WorkerSpec Pricing { get; } = new("price.nfl", [], League.Nfl);

    public async Task<ReplicationRig> PrepareAsync()
    {
        await Core.EnsureTopicsAsync([new(Topics.Odds(League), CorePartitions)], default);
        await Edge.EnsureTopicsAsync([new(Topics.PublicOdds(League), EdgePartitions)], default);
        return this;
    }

    public ReplicateRole Role(ReplicateOptions? options = null, IEventLog? edge = null, Func<CancellationToken, ValueTask<int>>? schemaId = null) => new(
        Core,
        edge ?? Edge,
        League,
        schemaId ?? (_ => ValueTask.FromResult(PublishedId)),
        options ?? new ReplicateOptions { Retry = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(5)), LagEvery = TimeSpan.FromMilliseconds(20), MaxRecordsPerCommit = 200 },
        Counters,
        TimeProvider.System);

    /// <summary>Prices so many updates of nine games in turn, a transaction each hundred.</summary>
    public async Task PriceAsync(int updates)
    {
        await using var source = await Core.JoinAsync(new WorkerSpec($"price.{League.Code()}", [], League), default);
        await source.PollAssignedAsync(1);
        var commit = new LogCommit();
        for (var i = 1; i <= updates; i++)
        {
            Put(commit);
            if (i % 100 == 0 || i == updates)
            {
                await source.CommitAsync(commit, default);
                commit.Clear();
            }
        }
    }

    /// <summary>Leaves a hole of one update in every game's chain.</summary>
    public void Skip()
    {
        for (var i = 0; i < _sequences.Length; i++)
        {
            _sequences[i]++;
        }
    }

    /// <summary>Runs the role until everything is on the edge.</summary>
    public async Task RunUntilDoneAsync(ReplicateRole role)
    {
        using var stop = new CancellationTokenSource();
        var run = role.RunAsync(stop.Token);
        await UntilDoneAsync(run);
        await stop.CancelAsync();
        await run;
    }

    public Task UntilDoneAsync(Task run)
    {
        var tail = new LogTail(Core);
        return UntilAsync(async () => await ReplicateCursors.HaveAllAsync(Core, Edge, tail, League, default), run);
    }

    /// <summary>Waits until something is so; throws what the role has thrown, if it has ended.</summary>
    public static Task UntilAsync(Func<Task<bool>> isSo, Task run, [CallerArgumentExpression(nameof(isSo))] string wanted = "") => Machine.UntilAsync(
        async () =>
        {
            if (run.IsFaulted)
            {
                await run;
            }

            return await isSo();
        },
        Machine.Patience,
        () => $"the role is {run.Status}",
        everyMs: 5,
        wanted);

    /// <summary>What <c>verify</c> says.</summary>
    public async Task<VerifyCheck> VerifyAsync() => (await new EdgeVerifier(Core, Edge, League.Nfl).RunAsync(default)).ShouldNotBeNull();

    public async Task AssertExactlyOnceAsync()
    {
        var check = await VerifyAsync();
        check.Ok.ShouldBeTrue(check.Detail);
        var records = new List<LogRecord>();
        for (var partition = 0; partition < EdgePartitions; partition++)
        {
            records.AddRange(await Edge.ReadAllAsync(Public, partition));
        }

        if (Edge.MayRepeat)
        {
            records = [.. records.DistinctBy(record => Convert.ToHexString(record.Value.Span))];
        }

        records.Count.ShouldBe(_written);
        foreach (var game in records.GroupBy(record => Encoding.UTF8.GetString(record.Key.Span)))
        {
            var sequences = game.Select(record => PublicOddsCodec.ReadLink(SchemaFrame.Read(record.Value.Span, out _), new StringCache()).Sequence).ToList();
            sequences.ShouldBe(Enumerable.Range(1, sequences.Count).Select(sequence => (long)sequence));
        }
    }

    private void Put(LogCommit commit)
    {
        var number = _written++ % _sequences.Length;
        var game = GameId.Of(League, $"game-{number}");
        var sequence = ++_sequences[number];
        _value.Clear();
        OddsUpdateCodec.Write(_value, new OddsUpdate
        {
            Id = new UpdateId(Murmur.Hash128(Encoding.UTF8.GetBytes($"{game}/{sequence}"))),
            GameId = game,
            Epoch = 1,
            Sequence = sequence,
            PreviousSequence = sequence - 1,
            Market = new MarketKey(MarketType.Total, new Line(4550)),
            Status = MarketStatus.Open,
            SelectionCount = 2,
            First = new Selection(SelectionCode.Over, DecimalOdds.FromThousandths(1900 + (int)(sequence % 100)), Probability.FromMillionths(500_000)),
            Second = new Selection(SelectionCode.Under, DecimalOdds.FromThousandths(1909), Probability.FromMillionths(500_000)),
            ModelVersion = "nfl-test-1",
            CauseKey = $"{sequence / 5}",
            Period = 2,
            ClockTenths = 100,
            OccurredAt = new Timestamp(1_441_930_000_000_000 + sequence),
            ReceivedAt = Timestamp.From(TimeProvider.System.GetUtcNow()),
        });
        var headers = RecordHeaders.Of(("league", "nfl"), ("game_id", game.Value), ("x-internal", "secret"));
        commit.Outputs.Append(Topics.Odds(League), CorePartitions, Encoding.UTF8.GetBytes(game.Value), headers, _value.Written);
    }
}
