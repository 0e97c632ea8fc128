using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.IntegrationTests.Archive;

/// <summary>A log with plausible odds updates and events: several games, every kind of market, prices that wander, some without a price.</summary>
internal sealed class ArchiveData : IAsyncDisposable
{
    private const int Games = 4;
    private const int MarketsOfGame = 25;
    private readonly ILogWorker _writer;
    private readonly ProtoWriter _proto = new();
    private readonly Timestamp _start = Timestamp.From(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(10));
    private readonly long[] _sequences = new long[Games];
    private readonly Random _random = new(7);
    private long _written;

    private ArchiveData(IEventLog log, ILogWorker writer) => (Log, _writer) = (log, writer);

    public IEventLog Log { get; }

    /// <summary>Begins a log; in memory where none is given.</summary>
    public static async Task<ArchiveData> CreateAsync(IEventLog? into = null)
    {
        var log = into ?? new MemoryEventLog(TimeProvider.System);
        await log.EnsureTopicsAsync([.. Topics.Of(League.Nfl).Select(topic => new TopicSpec(topic, 1))], ChdbFixture.Ct);
        return new ArchiveData(log, await log.JoinAsync(new WorkerSpec("test.nfl", [], League.Nfl), ChdbFixture.Ct));
    }

    /// <summary>Appends updates (and an event for every hundred of them), in commits of a thousand.</summary>
    public async Task AppendAsync(int updates)
    {
        for (var done = 0; done < updates; done += 1000)
        {
            var commit = new LogCommit();
            for (var i = 0; i < Math.Min(1000, updates - done); i++)
            {
                var update = Next();
                _proto.Clear();
                OddsUpdateCodec.Write(_proto, update);
                Append(commit, Topics.Odds(League.Nfl), update.GameId);
                if (_written % 100 == 1)
                {
                    _proto.Clear();
                    NormalizedEventCodec.Write(_proto, EventOf(update));
                    Append(commit, Topics.Normalized(League.Nfl), update.GameId);
                }
            }

            await _writer.CommitAsync(commit, ChdbFixture.Ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await Log.DisposeAsync();
    }

    private void Append(LogCommit commit, string topic, GameId game) =>
        commit.Outputs.Append(new TopicPartition(topic, 0), Encoding.UTF8.GetBytes(game.Value), default, _proto.Written);

    private OddsUpdate Next()
    {
        var n = _written++;
        var game = (int)(n % Games);
        var market = (int)(n / Games % MarketsOfGame);
        var type = (MarketType)(1 + (market % 5));
        var sequence = ++_sequences[game];
        var price = 1_100 + _random.Next(3_000);
        var isOpen = n % 37 != 0;
        var (first, second) = type is MarketType.Total or MarketType.TeamTotal ? (SelectionCode.Over, SelectionCode.Under) : (SelectionCode.Home, SelectionCode.Away);
        return new OddsUpdate
        {
            Id = new UpdateId(Murmur.Hash128(BitConverter.GetBytes(n))),
            GameId = GameId.Of(League.Nfl, $"201509100{game}"),
            Epoch = 1,
            Sequence = sequence,
            PreviousSequence = sequence - 1,
            Market = new MarketKey(type, type == MarketType.Moneyline ? default : Line.FromHalves(market - 12), type == MarketType.TeamTotal ? "home" : ""),
            IsMainLine = market < 5,
            Status = isOpen ? MarketStatus.Open : MarketStatus.Suspended,
            Reason = isOpen ? StatusReason.None : StatusReason.FeedStalled,
            SelectionCount = 2,
            First = new Selection(first, isOpen ? DecimalOdds.FromThousandths(price) : DecimalOdds.None, Probability.FromMillionths(510_000)),
            Second = new Selection(second, isOpen ? DecimalOdds.FromThousandths(1_900) : DecimalOdds.None, Probability.FromMillionths(490_000)),
            ModelVersion = "nfl-test-1",
            CauseKey = $"{n / 100}",
            Score = new Score((int)(n / 10_000), 3),
            Period = 2,
            ClockTenths = 4_500,
            OccurredAt = _start + TimeSpan.FromMilliseconds(n),
            ReceivedAt = _start + TimeSpan.FromMilliseconds(n + 20),
        };
    }

    private static NormalizedEvent EventOf(in OddsUpdate update) => new()
    {
        Event = new GameEvent { GameId = update.GameId, Key = update.CauseKey, Order = update.Sequence, Kind = EventKind.Play, OccurredAt = update.OccurredAt, Description = "A run for 3 yards\twith a tab" },
        After = new GameState { Phase = GamePhase.Live, Period = 2, ClockTenths = 4_500, Score = update.Score, Football = new FootballSituation(2, 7, 60) },
        Sequence = update.Sequence,
        ReceivedAt = update.ReceivedAt,
        RawOffset = update.Sequence,
    };
}
