using BenchmarkDotNet.Attributes;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Feeds.Mlb;

namespace Oddswire.Benchmarks;

/// <summary>One live play of baseball: from the vendor's bytes to the event, and on to the game's state.</summary>
[MemoryDiagnoser]
public class RetrosheetBenchmarks
{
    private readonly RetrosheetFormat _format = new();
    private readonly BaseballRules _rules = new();
    private readonly List<GameEvent> _events = new(4);
    private readonly GameState _before = new()
    {
        Phase = GamePhase.Live,
        Period = 3,
        Possession = Side.Home,
        Score = new Score(2, 1),
        Baseball = new BaseballSituation(1, null, "stasm001", null),
    };

    private readonly FeedMessage _message = new()
    {
        Source = "bench",
        GameId = GameId.Of(League.Mlb, "ANA202007280"),
        Sequence = 57,
        Body = "id,ANA202007280\r\nplay,3,1,wardt002,12,CCFFBX,S8/L8.2-H;B-2(E8/TH)\r\n"u8.ToArray(),
    };

    /// <summary>The event text alone.</summary>
    [Benchmark]
    public PlayOutcome ParseEventText() => RetrosheetEventText.Parse("S8/L8.2-H;B-2(E8/TH)"u8);

    /// <summary>The whole message.</summary>
    [Benchmark(Baseline = true)]
    public int ParseMessage()
    {
        _events.Clear();
        _format.Parse(_message, _events);
        return _events.Count;
    }

    /// <summary>The message, and its event folded into the state.</summary>
    [Benchmark]
    public GameState ParseAndFold()
    {
        _events.Clear();
        _format.Parse(_message, _events);
        return _rules.Objection(_before, _events[0]) is null ? _rules.Apply(_before, _events[0], null) : _before;
    }
}
