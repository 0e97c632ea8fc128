using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Feeds.Mlb;

/// <summary>
/// Cuts Retrosheet files into live messages. What the vendor knew only afterwards (winning pitcher, earned runs) goes into the last
/// message of a game; a pinch runner's substitution gets a <c>radj</c> record with his base. A line that cannot be understood is passed on as it is, so that
/// ingest refuses that one message and keeps its bytes.
/// </summary>
internal static class RetrosheetCutter
{
    /// <summary>The messages of every game of the file, game after game.</summary>
    public static IEnumerable<FeedMessage> Cut(Recording recording)
    {
        var body = recording.Body;
        foreach (var (id, from, to) in Games(recording))
        {
            foreach (var message in CutGame(id, body[from..to]))
            {
                yield return message;
            }
        }
    }

    private static List<(GameId Id, int From, int To)> Games(Recording recording)
    {
        var games = new List<(GameId Id, int From, int To)>();
        var lines = new RetrosheetLines(recording.Body.Span);
        while (lines.Next())
        {
            if (lines.Line.StartsWith("id,"u8))
            {
                var id = lines.Line[3..];
                if (!RetrosheetFormat.IsGame(id))
                {
                    throw new FeedFormatException(
                        "malformed-id", $"{recording.Name}, line {lines.Number}: '{RetrosheetEventText.Printable(id)}' is not a game's id such as ANA201904040.");
                }

                if (games.Count > 0)
                {
                    games[^1] = games[^1] with { To = lines.Start };
                }

                games.Add((GameId.Of(League.Mlb, Encoding.ASCII.GetString(id)), lines.Start, recording.Body.Length));
            }
            else if (games.Count == 0)
            {
                throw new FeedFormatException(
                    "not-retrosheet",
                    $"{recording.Name}, line {lines.Number}: '{RetrosheetEventText.Printable(lines.Line)}' comes before the first id record; a Retrosheet event file begins with id,<game>.");
            }
        }

        return games;
    }

    private static List<FeedMessage> CutGame(GameId id, ReadOnlyMemory<byte> text)
    {
        var game = new RetrosheetGameCut(id);
        var lines = new RetrosheetLines(text.Span);
        while (lines.Next())
        {
            game.Take(lines.Line);
        }

        return game.Finish();
    }
}
