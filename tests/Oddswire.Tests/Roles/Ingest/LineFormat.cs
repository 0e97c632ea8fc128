using System.Globalization;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;

namespace Oddswire.Tests.Roles.Ingest;

/// <summary>
/// A vendor's format that fits a line: <c>line info</c>, <c>line play 3 10 7</c> (number, score), <c>line end 9 10 7</c>,
/// <c>line beat</c>. Anything else after <c>line</c> is malformed; <c>line bug</c> makes the parser itself fail.
/// </summary>
internal sealed class LineFormat(string word = "line") : IFeedFormat
{
    public string Name => $"{word}-format";

    public League League => League.Nba;

    public bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith(Encoding.UTF8.GetBytes(word));

    public void Parse(FeedMessage message, List<GameEvent> events)
    {
        var words = Encoding.UTF8.GetString(message.Body.Span).Split(' ');
        switch (words)
        {
            case [var first, ..] when first != word:
                throw new FeedFormatException("malformed-line", $"'{first}' is not '{word}'.");
            case [_, "info"]:
                events.Add(new GameEvent
                {
                    GameId = message.GameId,
                    Key = "info",
                    Order = 0,
                    Kind = EventKind.Info,
                    Info = new GameInfo { Home = new Team("H", "Home"), Away = new Team("A", "Away"), RegulationPeriods = 4 },
                });
                break;
            case [_, "play" or "end", var number, var home, var away]:
                events.Add(new GameEvent
                {
                    GameId = message.GameId,
                    Key = number,
                    Order = long.Parse(number, CultureInfo.InvariantCulture),
                    Kind = words[1] == "end" ? EventKind.GameEnd : EventKind.Play,
                    Period = 1,
                    Score = new Score(int.Parse(home, CultureInfo.InvariantCulture), int.Parse(away, CultureInfo.InvariantCulture)),
                });
                break;
            case [_, "beat"]:
                break;
            case [_, "bug"]:
                throw new InvalidOperationException("index 7 is a bug");
            default:
                throw new FeedFormatException("malformed-line", $"'{string.Join(' ', words)}' is no line of this format.");
        }
    }

    public IEnumerable<FeedMessage> Cut(Recording recording) => [];
}

/// <summary>A source of messages given in a list, with their due moments in seconds.</summary>
internal sealed class ListSource(string identity, IReadOnlyList<(double Due, FeedMessage Message)> messages) : IFeedSource
{
    public string Identity { get; } = identity;

    public League League => League.Nba;

    /// <summary>Cursors it was asked to resume from.</summary>
    public List<long> Resumed { get; } = [];

    public IEnumerable<SourcedMessage> ReadFrom(long cursor)
    {
        Resumed.Add(cursor);
        for (var i = cursor; i < messages.Count; i++)
        {
            yield return new SourcedMessage(i + 1, TimeSpan.FromSeconds(messages[(int)i].Due), messages[(int)i].Message);
        }
    }
}
