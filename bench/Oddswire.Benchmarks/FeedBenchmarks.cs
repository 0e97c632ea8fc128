using System.Text;
using BenchmarkDotNet.Attributes;
using Oddswire.Core.Domain;
using Oddswire.Feeds.Nba;
using Oddswire.Feeds.Nfl;

namespace Oddswire.Benchmarks;

/// <summary>Parsing one live message of each JSON format: the examples of docs/feeds.md with the fields that real messages carry besides.</summary>
[MemoryDiagnoser]
[InProcess]
public class FeedBenchmarks
{
    private static readonly GameCenterFormat Nfl = new();
    private static readonly LiveDataFormat Nba = new();
    private readonly List<GameEvent> _events = new(4);

    private readonly FeedMessage _nfl = Message(League.Nfl, "2015091000", """
        {"2015091000":{"home":{"abbr":"NE","score":{"1":0,"2":7,"3":0,"4":0,"5":0,"T":7},"to":3},"away":{"abbr":"PIT","score":{"1":0,"2":0,"3":0,"4":0,"5":0,"T":0},"to":2},"drives":{"5":{"posteam":"NE","qtr":2,"plays":{"1162":{"sp":1,"qtr":2,"down":1,"time":"11:34","yrdln":"PIT 16","ydstogo":10,"ydsnet":78,"posteam":"NE","desc":"(11:34) T.Brady pass deep middle to R.Gronkowski for 16 yards, TOUCHDOWN.","note":"TD","players":{"0":[{"sequence":1,"clubcode":"NE","playerName":"","statId":4,"yards":0}],"00-0019596":[{"sequence":2,"clubcode":"NE","playerName":"T.Brady","statId":16,"yards":16},{"sequence":3,"clubcode":"NE","playerName":"T.Brady","statId":111,"yards":16}],"00-0027656":[{"sequence":4,"clubcode":"NE","playerName":"R.Gronkowski","statId":22,"yards":16},{"sequence":5,"clubcode":"NE","playerName":"R.Gronkowski","statId":115,"yards":0}]}}}},"crntdrv":5},"qtr":2,"note":null,"clock":"11:28","posteam":"NE","down":0,"togo":0,"yl":"PIT 2","redzone":true},"nextupdate":15}
        """);

    private readonly FeedMessage _nba = Message(League.Nba, "0022400695", """
        {"meta":{"version":1,"code":200},"game":{"gameId":"0022400695","actions":[{"actionNumber":7,"clock":"PT11M44.00S","timeActual":"2025-02-02T20:11:19.3Z","period":1,"periodType":"REGULAR","teamId":1610612741,"teamTricode":"CHI","actionType":"2pt","subType":"Layup","descriptor":"driving","qualifiers":["pointsinthepaint"],"personId":1629632,"x":89.04402102496715,"y":39.950980392156865,"area":"In The Paint (Non-RA)","areaDetail":"0-8 Center","side":"right","shotDistance":7.12,"possession":1610612741,"scoreHome":"0","scoreAway":"2","edited":"2025-02-02T20:11:27Z","orderNumber":70000,"isTargetScoreLastPeriod":false,"xLegacy":-50,"yLegacy":50,"isFieldGoal":1,"shotResult":"Made","description":"C. White 7' driving Layup (2 PTS)","playerName":"White","playerNameI":"C. White","personIdsFilter":[1629632]}]}}
        """);

    /// <summary>One NFL play.</summary>
    [Benchmark]
    public int NflPlay()
    {
        _events.Clear();
        Nfl.Parse(_nfl, _events);
        return _events.Count;
    }

    /// <summary>One NBA action.</summary>
    [Benchmark]
    public int NbaAction()
    {
        _events.Clear();
        Nba.Parse(_nba, _events);
        return _events.Count;
    }

    private static FeedMessage Message(League league, string id, string body) =>
        new() { Source = "bench", GameId = GameId.Of(league, id), Sequence = 1, Body = Encoding.UTF8.GetBytes(body) };
}
