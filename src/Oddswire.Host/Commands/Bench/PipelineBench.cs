using System.Diagnostics;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using Oddswire.Host.Composition;

namespace Oddswire.Host.Commands.Bench;

/// <summary>
/// What the pipeline does in memory on a number of threads. Rates are by the clock, so what else runs on the machine lowers them; processor time per
/// event (of the whole process, compiler and garbage collector included) is what hardly depends on it. The profile shares it out among the steps.
/// </summary>
internal sealed record PipelineFigures(
    int Threads,
    long Events,
    long Updates,
    double ElapsedSeconds,
    double EventsPerSecond,
    double UpdatesPerSecond,
    double CpuMicrosecondsPerEvent,
    double BytesAllocatedPerEvent,
    IReadOnlyDictionary<string, double> MicrosecondsPerEvent,
    IReadOnlyDictionary<string, double> LeagueEventsPerSecond);

/// <summary>
/// Runs vendor messages through parse, normalise, price and serialise in memory: the same formats, stages and codecs as the
/// platform, without the log in between. Messages go through in batches of one league, as the log gives them to the stages. Every thread has its own
/// games, as partitions give them to workers.
/// </summary>
internal sealed class PipelineBench(IReadOnlyList<FeedMessage> messages, int threads)
{
    private const int BatchSize = 64;
    private static readonly TimeSpan WarmUpWork = TimeSpan.FromSeconds(5);
    private static readonly string[] Steps = ["parse", "serialise raw", "normalise", "price and serialise"];

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

        // Until the compiler is done with the hot code nothing is counted; that is a matter of work done, not of time on a busy machine.
        var cpuBefore = Environment.CpuUsage.TotalTime;
        while (Environment.CpuUsage.TotalTime - cpuBefore < WarmUpWork * threads && !ct.IsCancellationRequested)
        {
            _ = Measure(shards, TimeSpan.FromSeconds(0.5), isProfiled: true, ct);
        }

        var measured = Measure(shards, duration, isProfiled: false, ct);
        var profile = Measure(shards, TimeSpan.FromSeconds(Math.Min(3, duration.TotalSeconds)), isProfiled: true, ct);
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
        var workers = shards.Select(shard => new Worker(shard, isProfiled)).ToArray();
        var allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        var cpuBefore = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
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
        var cpuMicros = (Environment.CpuUsage.TotalTime - cpuBefore).TotalMicroseconds;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
        var events = workers.Sum(worker => worker.Events);
        var counted = (double)Math.Max(1, events);
        var updates = workers.Sum(worker => worker.Updates);
        var ticks = Math.Max(1, workers.Sum(worker => worker.StepTicks.Sum()));
        var profile = Steps.Select((step, i) => (step, micros: cpuMicros / counted * workers.Sum(worker => worker.StepTicks[i]) / ticks))
            .ToDictionary(pair => pair.step, pair => Math.Round(pair.micros, 3));
        var byLeague = Leagues.All.ToDictionary(
            league => league.Code(), league => Math.Round(workers.Sum(worker => worker.EventsOf(league)) / elapsed));
        return new PipelineFigures(
            threads, events, updates, elapsed, events / elapsed, updates / elapsed, cpuMicros / counted, allocated / counted, profile, byLeague);
    }

    /// <summary>One thread: its own stages and buffers, over and over its own games, each round with fresh states.</summary>
    private sealed class Worker
    {
        private readonly List<(LeaguePipeline Pipeline, FeedMessage[] Messages)> _batches = [];
        private readonly List<LeaguePipeline> _leagues;

        public Worker(List<FeedMessage> messages, bool isProfiled)
        {
            var leagues = messages.Select(message => message.GameId.League).Distinct()
                .ToDictionary(league => league, league => new LeaguePipeline(league, isProfiled ? StepTicks : null));
            _leagues = [.. leagues.Values];
            foreach (var part in messages.Chunk(BatchSize * leagues.Count))
            {
                _batches.AddRange(part.GroupBy(message => message.GameId.League).Select(batch => (leagues[batch.Key], batch.ToArray())));
            }
        }

        public long Events => _leagues.Sum(league => league.Events);

        public long Updates => _leagues.Sum(league => league.Updates);

        public long[] StepTicks { get; } = new long[Steps.Length];

        public long EventsOf(League league) => _leagues.Where(pipeline => pipeline.League == league).Sum(pipeline => pipeline.Events);

        public void RunRound()
        {
            foreach (var (pipeline, messages) in _batches)
            {
                pipeline.Handle(messages);
            }
        }

        public void Run(long started, TimeSpan duration, CancellationToken ct)
        {
            while (!ct.IsCancellationRequested)
            {
                foreach (var (pipeline, messages) in _batches)
                {
                    pipeline.Handle(messages);
                    if (Stopwatch.GetElapsedTime(started) >= duration)
                    {
                        return;
                    }
                }

                _leagues.ForEach(league => league.BeginRound());
            }
        }
    }

    private sealed class LeaguePipeline
    {
        private readonly IFeedFormat _format;
        private readonly List<GameEvent> _events = [];
        private readonly List<int> _eventEnds = [];
        private readonly ProtoWriter _writer = new(16_384);
        private readonly byte[] _key = new byte[64];
        private readonly OutputBuffer _raw = new();
        private readonly StageStep _normalise;
        private readonly StageStep _price;
        private readonly long[]? _ticks;

        public LeaguePipeline(League league, long[]? ticks)
        {
            League = league;
            _ticks = ticks;
            _format = Pipeline.Formats.Single(format => format.League == league);
            _normalise = StageStep.Of(Pipeline.Normalise(league), league);
            _price = StageStep.Of(Pipeline.Price(league), league);
        }

        public League League { get; }

        public long Events { get; private set; }

        public long Updates { get; private set; }

        public void BeginRound()
        {
            _normalise.BeginRound();
            _price.BeginRound();
        }

        public void Handle(FeedMessage[] messages)
        {
            var at = Start();
            Parse(messages);
            Stop(0, ref at);
            Serialise(messages);
            Stop(1, ref at);
            _normalise.Handle(_raw, Topics.Raw(League));
            Stop(2, ref at);
            _price.Handle(_normalise.Outputs, Topics.Normalized(League));
            Updates += _price.Outputs.Count;
            Stop(3, ref at);
        }

        private void Parse(FeedMessage[] messages)
        {
            _events.Clear();
            _eventEnds.Clear();
            foreach (var message in messages)
            {
                _format.Parse(message, _events);
                _eventEnds.Add(_events.Count);
            }

            Events += _events.Count;
        }

        private void Serialise(FeedMessage[] messages)
        {
            _raw.Clear();
            var partition = new TopicPartition(Topics.Raw(League), 0);
            var from = 0;
            for (var i = 0; i < messages.Length; i++)
            {
                var message = messages[i];
                _writer.Clear();
                RawMessageCodec.Write(_writer, new RawMessage
                {
                    Message = message,
                    ReceivedAt = message.PublishedAt,
                    Format = _format.Name,
                    Events = _events.GetRange(from, _eventEnds[i] - from),
                });
                from = _eventEnds[i];
                var size = Encoding.UTF8.GetBytes(message.GameId.Value, _key);
                _raw.Append(partition, _key.AsSpan(0, size), default, _writer.Written);
            }
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

        /// <summary>What the last batch gave.</summary>
        public OutputBuffer Outputs { get; } = new();

        /// <summary>Handles the records of a topic, as a batch of the log.</summary>
        public abstract void Handle(OutputBuffer input, string topic);

        public abstract void BeginRound();

        private sealed class Typed<TState> : StageStep
            where TState : class
        {
            private readonly Stage<TState> _stage;
            private readonly Dictionary<UInt128, TState> _states = [];
            private readonly StageOutput _output;

            public Typed(Stage<TState> stage, League league)
            {
                _stage = stage;
                _output = new StageOutput(Outputs, Topics.Of(league).ToDictionary(topic => topic, _ => 1));
            }

            public override void Handle(OutputBuffer input, string topic)
            {
                Outputs.Clear();
                _output.Clear();
                foreach (var block in input.Blocks)
                {
                    if (block.Partition.Topic != topic)
                    {
                        continue;
                    }

                    foreach (var record in new RecordBatch(block.Partition, 0, block.Count, default, block.Payload))
                    {
                        _stage.Process(StateOf(record.Key.Span), record, _output);
                    }
                }
            }

            public override void BeginRound() => _states.Clear();

            private TState StateOf(ReadOnlySpan<byte> key)
            {
                var hash = Murmur.Hash128(key);
                if (!_states.TryGetValue(hash, out var state))
                {
                    _states[hash] = state = _stage.Create(GameId.Parse(Encoding.UTF8.GetString(key)));
                }

                return state;
            }
        }
    }
}
