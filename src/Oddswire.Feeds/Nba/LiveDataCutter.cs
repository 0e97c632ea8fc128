using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Nba;

/// <summary>
/// Cuts a recorded play-by-play into the messages of the live feed: the box score as it stood before the game, then one action a message. The actions
/// are the recording's own bytes, in its order.
/// </summary>
internal static class LiveDataCutter
{
    /// <summary>The messages, in order.</summary>
    public static IEnumerable<FeedMessage> Cut(ReadOnlyMemory<byte> body, List<LiveDataAction> actions, LiveDataBoxScore? boxScore, GameId id)
    {
        var sequence = 0L;
        var published = actions.Find(static action => action.OccurredAt.IsKnown).OccurredAt;
        if (boxScore is not null)
        {
            yield return Message(id, ++sequence, published.IsKnown ? published + TimeSpan.FromMinutes(-1) : boxScore.StartsAt, BeforeGame(id, boxScore));
        }

        foreach (var action in actions)
        {
            // An action entered late bears an earlier time than the one before it; it was sent after it all the same.
            published = action.OccurredAt > published ? action.OccurredAt : published;
            yield return Message(id, ++sequence, published, OneAction(id, body[action.Raw]));
        }
    }

    /// <summary>
    /// The teams of a play-by-play that has no box score: the scorer of the first points is at home when the home score moved. Null while nobody has scored.
    /// </summary>
    public static LiveDataBoxScore? Deduce(List<LiveDataAction> actions)
    {
        var (home, away) = (0L, 0L);
        var score = default(Score);
        foreach (var action in actions)
        {
            var after = new Score(action.ScoreHome, action.ScoreAway);
            if (action.TeamId != 0 && after.Total > score.Total)
            {
                (home, away) = after.Home > score.Home ? (action.TeamId, away) : (home, action.TeamId);
            }

            score = after;
            if (home != 0 && away != 0)
            {
                return new LiveDataBoxScore("", Timestamp.Unknown, 4, TeamOf(actions, home), TeamOf(actions, away));
            }
        }

        return null;
    }

    private static LiveDataTeam TeamOf(List<LiveDataAction> actions, long id)
    {
        var code = actions.Find(action => action.TeamId == id && action.TeamCode is not null).TeamCode;
        return NbaTeams.Find(id) is { } known
            ? new LiveDataTeam(id, code ?? known.Code, known.City, known.Name, [])
            : new LiveDataTeam(id, code ?? id.ToString(CultureInfo.InvariantCulture), "", "", []);
    }

    private static FeedMessage Message(GameId id, long sequence, Timestamp publishedAt, ReadOnlyMemory<byte> body) => new()
    {
        Source = "replay",
        GameId = id,
        Sequence = sequence,
        PublishedAt = publishedAt,
        Body = body,
    };

    private static ReadOnlyMemory<byte> OneAction(GameId id, ReadOnlyMemory<byte> raw) => Write(raw.Length + 96, id, json =>
    {
        json.WriteStartArray("actions");
        json.WriteRawValue(raw.Span, skipInputValidation: true);
        json.WriteEndArray();
    });

    private static ReadOnlyMemory<byte> BeforeGame(GameId id, LiveDataBoxScore boxScore) => Write(512, id, json =>
    {
        if (boxScore.StartsAt.IsKnown)
        {
            json.WriteString("gameTimeUTC", boxScore.StartsAt.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }

        json.WriteNumber("gameStatus", 1);
        json.WriteNumber("regulationPeriods", boxScore.RegulationPeriods);
        json.WriteNumber("period", 0);
        json.WriteString("gameClock", "");
        WriteTeam(json, "homeTeam", boxScore.Home);
        WriteTeam(json, "awayTeam", boxScore.Away);
    });

    private static void WriteTeam(Utf8JsonWriter json, string field, LiveDataTeam team)
    {
        json.WriteStartObject(field);
        json.WriteNumber("teamId", team.Id);
        json.WriteString("teamName", team.Name);
        json.WriteString("teamCity", team.City);
        json.WriteString("teamTricode", team.Code);
        json.WriteNumber("score", 0);
        json.WriteStartArray("players");
        foreach (var player in team.Players)
        {
            json.WriteStartObject();
            json.WriteNumber("personId", long.Parse(player.Id, CultureInfo.InvariantCulture));
            json.WriteString("starter", player.IsStarter ? "1" : "0");
            json.WriteString("nameI", player.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Write(int size, GameId id, Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(size);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("meta");
            json.WriteNumber("version", 1);
            json.WriteNumber("code", 200);
            json.WriteEndObject();
            json.WriteStartObject("game");
            json.WriteString("gameId", id.VendorId);
            content(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
