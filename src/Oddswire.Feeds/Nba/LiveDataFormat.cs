using System.Globalization;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Feeds.Json;

namespace Oddswire.Feeds.Nba;

/// <summary>
/// The NBA's liveData JSON: the play-by-play document, and the box score for teams and start. What a live message must hold, and what becomes of it:
/// docs/feeds.md. Safe for several threads.
/// </summary>
public sealed class LiveDataFormat : IFeedFormat
{
    /// <summary>Key of the <see cref="EventKind.Info"/> event.</summary>
    public const string InfoKey = "info";

    /// <summary>Usual file name of the box score that belongs to a play-by-play recording; others must have <c>boxscore</c> in their name.</summary>
    public const string BoxScoreFile = "boxscore.json";

    private const long OrderStep = 10_000;

    [ThreadStatic]
    private static List<LiveDataAction>? _actions;

    private static readonly string[] Keys = [.. Enumerable.Range(0, 1024).Select(static n => n.ToString(CultureInfo.InvariantCulture))];

    /// <inheritdoc/>
    public string Name => "nba-livedata";

    /// <inheritdoc/>
    public League League => League.Nba;

    /// <inheritdoc/>
    public bool Recognises(ReadOnlySpan<byte> head) =>
        JsonFields.WithoutMark(head).TrimStart(" \t\r\n"u8) is [(byte)'{', ..]
        && head.IndexOf("\"gameId\""u8) >= 0
        && (head.IndexOf("\"actions\""u8) >= 0 || head.IndexOf("\"gameTimeUTC\""u8) >= 0 || head.IndexOf("\"homeTeam\""u8) >= 0);

    /// <inheritdoc/>
    public void Parse(FeedMessage message, List<GameEvent> events)
    {
        var actions = _actions ??= [];
        actions.Clear();
        var boxScore = LiveDataReader.Read(message.Body.Span, message.GameId, actions, out _);
        if (boxScore is not null)
        {
            events.Add(InfoOf(message.GameId, boxScore));
        }

        foreach (ref readonly var action in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(actions))
        {
            events.Add(EventOf(message.GameId, action));
        }

        actions.Clear();
    }

    /// <inheritdoc/>
    public IEnumerable<FeedMessage> Cut(Recording recording)
    {
        var actions = new List<LiveDataAction>();
        var own = LiveDataReader.Read(recording.Body.Span, expected: null, actions, out var gameId);

        // A box score is a companion: without its play-by-play there is nothing to send.
        if (actions.Count == 0)
        {
            return [];
        }

        var body = recording.Body[(recording.Body.Length - JsonFields.WithoutMark(recording.Body.Span).Length)..];
        var boxScore = own ?? CompanionOf(recording, gameId) ?? LiveDataCutter.Deduce(actions);
        return LiveDataCutter.Cut(body, actions, boxScore, GameId.Of(League.Nba, gameId));
    }

    private static LiveDataBoxScore? CompanionOf(Recording recording, string? gameId)
    {
        foreach (var (name, body) in recording.Companions)
        {
            var mayBeIts = name == BoxScoreFile || body.Span.IndexOf(Encoding.UTF8.GetBytes($"\"{gameId}\"")) >= 0;
            if (!name.Contains("boxscore", StringComparison.Ordinal) || !mayBeIts)
            {
                continue;
            }

            var boxScore = LiveDataReader.Read(body.Span, expected: null, actions: null, out var companionId);
            if (boxScore is not null && companionId == gameId)
            {
                return boxScore;
            }

            if (name == BoxScoreFile)
            {
                throw new FeedFormatException(
                    "wrong-game",
                    $"'{name}' beside '{recording.Name}' is not the box score of game {gameId}: put the two files of each game into their own folder.");
            }
        }

        return null;
    }

    private static GameEvent EventOf(GameId id, in LiveDataAction action) => new()
    {
        GameId = id,
        Key = action.Number < Keys.Length ? Keys[action.Number] : action.Number.ToString(CultureInfo.InvariantCulture),
        Order = action.Order >= 0 ? action.Order : action.Number * OrderStep,
        Kind = action.Kind,
        OccurredAt = action.OccurredAt,
        Period = action.Period,
        ClockTenths = action.ClockTenths,
        Score = new Score(action.ScoreHome, action.ScoreAway),
        PossessionTeam = action.PossessionCode,
        IsPossessionPassed = action.PossessionCode is not null && action.PassesBall,
        Basketball = action.Basketball,
        Description = action.Description ?? "",
        Players = LiveDataPlayers.Of(action),
    };

    private static GameEvent InfoOf(GameId id, LiveDataBoxScore boxScore) => new()
    {
        GameId = id,
        Key = InfoKey,
        Order = 0,
        Kind = EventKind.Info,
        Info = new GameInfo
        {
            Home = NbaTeams.Of(boxScore.Home.Code, boxScore.Home.City, boxScore.Home.Name),
            Away = NbaTeams.Of(boxScore.Away.Code, boxScore.Away.City, boxScore.Away.Name),
            ScheduledAt = boxScore.StartsAt,
            RegulationPeriods = boxScore.RegulationPeriods,
            MustHaveWinner = true,
        },
        Players = LiveDataPlayers.Of(boxScore),
    };
}
