using System.Diagnostics;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Composition;

namespace Oddswire.Host.Commands.Bench;

/// <summary>What the pipeline does in memory on a number of threads.</summary>
internal sealed record PipelineFigures(
    int Threads,
    long Events,
    long Updates,
    double ElapsedSeconds,
    double EventsPerSecond,
    double UpdatesPerSecond,
    double BytesAllocatedPerEvent,
    IReadOnlyDictionary<string, double> MicrosecondsPerEvent,
    IReadOnlyDictionary<string, double> LeagueEventsPerSecond);

/// <summary>
/// Runs vendor messages through parse, normalise, price and serialise in memory: the same formats, stages and codecs as the
/// platform, without the log in between. Every thread has its own games, as partitions give them to workers.
/// </summary>
internal sealed class PipelineBench(IReadOnlyList<FeedMessage> messages, int threads)
{
    private static readonly string[] Steps = ["parse", "serialise raw", "normalise", "price"];

    public PipelineFigures Run(TimeSpan duration, CancellationToken ct)
    {
        var shards = Enumerable.Range(0, threads).Select(_ => new List<FeedMessage>()).ToArray();
        var games = messages.GroupBy(message => message.GameId).OrderByDescending(game => game.Count()).ThenBy(game => game.Key.Value).ToList();
        foreach (var game in games)
        {
            shards.MinBy(shard => shard.Count)!.AddRange(game);
        }

        foreach (var shard in shards)
        {
            shard.Sort((a, b) => a.PublishedAt.CompareTo(b.PublishedAt));
        }

        // The first round compiles; it is not counted.
        var warmUp = Measure(shards, TimeSpan.FromSeconds(Math.Min(3, duration.TotalSeconds)), isProfiled: false, ct);
        var measured = Measure(shards, duration, isProfiled: false, ct);
        var profile = Measure(shards, TimeSpan.FromSeconds(Math.Min(3, duration.TotalSeconds)), isProfiled: true, ct);
        _ = warmUp;
        return measured with { MicrosecondsPerEvent = profile.MicrosecondsPerEvent };
    }

    /// <summary>Runs every message once and counts what comes of it.</summary>
    public (long Events, long Updates) CountRound()
    {
        var worker = new Worker([.. messages], isProfiled: false);
        worker.RunRound();
        return (worker.Events, worker.Updates);
    }

    private PipelineFigures Measure(List<FeedMessage>[] shards, TimeSpan duration, bool isProfiled, CancellationToken ct)
    {
        var allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        var started = Stopwatch.GetTimestamp();
        var workers = shards.Select(shard => new Worker(shard, isProfiled)).ToArray();
        var running = workers.Select(worker => new Thread(() => worker.Run(started, duration, ct)) { IsBackground = true }).ToArray();
        foreach (var thread in running)
        {
            thread.Start();
        }

        foreach (var thread in running)
        {
            thread.Join();
        }

        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
        var events = workers.Sum(worker => worker.Events);
        var updates = workers.Sum(worker => worker.Updates);
        var profile = Steps.Select((step, i) => (step, micros: workers.Sum(worker => worker.StepTicks[i]) * 1e6 / Stopwatch.Frequency / Math.Max(1, events)))
            .ToDictionary(pair => pair.step, pair => Math.Round(pair.micros, 3));
        var byLeague = Leagues.All.ToDictionary(
            league => league.Code(), league => Math.Round(workers.Sum(worker => worker.EventsOf(league)) / elapsed));
        return new PipelineFigures(
            threads, events, updates, elapsed, events / elapsed, updates / elapsed, allocated / (double)Math.Max(1, events), profile, byLeague);
    }

    /// <summary>One thread: its own stages and buffers, over and over its own games, each round with fresh states.</summary>
    private sealed class Worker(List<FeedMessage> messages, bool isProfiled)
    {
        private readonly Dictionary<League, LeaguePipeline> _leagues = [];

        public long Events => _leagues.Values.Sum(league => league.Events);

        public long Updates => _leagues.Values.Sum(league => league.Updates);

        public long[] StepTicks { get; } = new long[Steps.Length];

        public long EventsOf(League league) => _leagues.TryGetValue(league, out var pipeline) ? pipeline.Events : 0;

        public void RunRound()
        {
            foreach (var message in messages)
            {
                LeagueOf(message).Handle(message);
            }
        }

        public void Run(long started, TimeSpan duration, CancellationToken ct)
        {
            while (!ct.IsCancellationRequested)
            {
                foreach (var message in messages)
                {
                    LeagueOf(message).Handle(message);
                    if (Stopwatch.GetElapsedTime(started) >= duration)
                    {
                        return;
                    }
                }

                foreach (var league in _leagues.Values)
                {
                    league.BeginRound();
                }
            }
        }

        private LeaguePipeline LeagueOf(FeedMessage message)
        {
            if (!_leagues.TryGetValue(message.GameId.League, out var league))
            {
                _leagues[message.GameId.League] = league = new LeaguePipeline(message.GameId.League, isProfiled ? StepTicks : null);
            }

            return league;
        }
    }

    private sealed class LeaguePipeline
    {
        private readonly IFeedFormat _format;
        private readonly List<GameEvent> _events = [];
        private readonly ProtoWriter _writer = new(16_384);
        private readonly StageStep _normalise;
        private readonly StageStep _price;
        private readonly League _league;
        private readonly long[]? _ticks;

        public LeaguePipeline(League league, long[]? ticks)
        {
            _league = league;
            _ticks = ticks;
            _format = Pipeline.Formats.Single(format => format.League == league);
            _normalise = StageStep.Of(Pipeline.Normalise(league), league);
            _price = StageStep.Of(Pipeline.Price(league), league);
        }

        public long Events { get; private set; }

        public long Updates { get; private set; }

        public void BeginRound()
        {
            _normalise.BeginRound();
            _price.BeginRound();
        }

        public void Handle(FeedMessage message)
        {
            var at = Start();
            _events.Clear();
            _format.Parse(message, _events);
            Stop(0, ref at);
            _writer.Clear();
            RawMessageCodec.Write(_writer, new RawMessage { Message = message, ReceivedAt = message.PublishedAt, Format = _format.Name, Events = _events });
            var raw = new LogRecord
            {
                Partition = new TopicPartition(Topics.Raw(_league), 0),
                Offset = 0,
                AppendedAt = default,
                Key = Encoding.UTF8.GetBytes(message.GameId.Value),
                Value = _writer.Written.ToArray(),
            };
            Stop(1, ref at);
            Events += _events.Count;
            var normalized = _normalise.Handle(message.GameId, raw);
            Stop(2, ref at);
            foreach (var block in normalized)
            {
                if (block.Partition.Topic != Topics.Normalized(_league))
                {
                    continue;
                }

                foreach (var record in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload))
                {
                    Updates += _price.Handle(message.GameId, record).Sum(priced => priced.Count);
                }
            }

            Stop(3, ref at);
        }

        private long Start() => _ticks is null ? 0 : Stopwatch.GetTimestamp();

        private void Stop(int step, ref long at)
        {
            if (_ticks is not null)
            {
                var now = Stopwatch.GetTimestamp();
                _ticks[step] += now - at;
                at = now;
            }
        }
    }

    /// <summary>A stage with the states of its games and a buffer for its outputs.</summary>
    private abstract class StageStep
    {
        public static StageStep Of<TState>(Stage<TState> stage, League league)
            where TState : class => new Typed<TState>(stage, league);

        public abstract IReadOnlyList<OutputBuffer.Block> Handle(GameId game, in LogRecord record);

        public abstract void BeginRound();

        private sealed class Typed<TState> : StageStep
            where TState : class
        {
            private readonly Stage<TState> _stage;
            private readonly Dictionary<string, TState> _states = [];
            private readonly OutputBuffer _buffer = new();
            private readonly StageOutput _output;

            public Typed(Stage<TState> stage, League league)
            {
                _stage = stage;
                _output = new StageOutput(_buffer, Topics.Of(league).ToDictionary(topic => topic, _ => 1));
            }

            public override IReadOnlyList<OutputBuffer.Block> Handle(GameId game, in LogRecord record)
            {
                _buffer.Clear();
                _output.Clear();
                if (!_states.TryGetValue(game.Value, out var state))
                {
                    _states[game.Value] = state = _stage.Create(game);
                }

                _stage.Process(state, record, _output);
                return _buffer.Blocks;
            }

            public override void BeginRound() => _states.Clear();
        }
    }
}
