using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;
using Oddswire.Core.Ports;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Feeds;

/// <summary>Real games for the adapters' tests, and the way every game goes: cut, parse, fold.</summary>
internal static class RealGames
{
    public static IEnumerable<(string Id, byte[] Body)> Nfl()
    {
        var folder = TestData.Require("nfl/gamecenter-json");
        foreach (var path in Directory.EnumerateFiles(folder, "*.json.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            yield return (Path.GetFileName(path)[..10], TestData.Read(path));
        }
    }

    public static IEnumerable<(string Id, Recording Recording)> Nba()
    {
        var folder = TestData.Require("nba/livedata_2024-25");
        foreach (var game in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var boxScore = TestData.Read(Path.Combine(game, "boxscore.json.gz"));
            yield return (Path.GetFileName(game), Recording(
                "playbyplay.json", TestData.Read(Path.Combine(game, "playbyplay.json.gz")), ("boxscore.json", boxScore)));
        }
    }

    public static Recording Recording(string name, byte[] body, params (string Name, byte[] Body)[] companions) =>
        new(name, body, companions.ToDictionary(static file => file.Name, static file => (ReadOnlyMemory<byte>)file.Body));

    public static FeedMessage Message(League league, string id, string body) => Message(league, id, Encoding.UTF8.GetBytes(body));

    public static FeedMessage Message(League league, string id, byte[] body) =>
        new() { Source = "test", GameId = GameId.Of(league, id), Sequence = 1, Body = body };

    public static List<GameEvent> Parse(this IFeedFormat format, FeedMessage message)
    {
        var events = new List<GameEvent>();
        format.Parse(message, events);
        return events;
    }

    /// <summary>Folds events as the normalise stage does, in the vendor's order, and fails at the first objection.</summary>
    public static GameState Fold(IGameRules rules, IEnumerable<GameEvent> events)
    {
        var state = new GameState();
        GameInfo? info = null;
        foreach (var gameEvent in events.OrderBy(static e => e.Order))
        {
            info = gameEvent.Info ?? info;
            rules.Objection(state, gameEvent).ShouldBeNull();
            var before = state.Score;
            state = rules.Apply(state, gameEvent, info);
            (state.Score.Home >= before.Home && state.Score.Away >= before.Away).ShouldBeTrue($"{gameEvent.Id}: {before} to {state.Score}");
        }

        return state;
    }
}
