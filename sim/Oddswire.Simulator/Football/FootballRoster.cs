using System.Globalization;
using System.Text.Json;

namespace Oddswire.Simulator.Football;

/// <summary>The players of a club that the feed names, by number on the roster.</summary>
internal sealed class FootballRoster
{
    public const int Quarterback = 0;
    public const int Kicker = 1;
    public const int Punter = 2;
    public const int FirstDefender = 11;
    public const int LastDefender = 24;
    private const int Size = LastDefender + 1;

    private readonly JsonEncodedText[] _ids = new JsonEncodedText[Size];
    private readonly JsonEncodedText[] _encodedNames = new JsonEncodedText[Size];
    private readonly string[] _names = new string[Size];

    private FootballRoster(int club)
    {
        for (var i = 0; i < Size; i++)
        {
            var (first, last) = Names.Of(club, i);
            _names[i] = $"{first[0]}.{last}";
            _encodedNames[i] = JsonEncodedText.Encode(_names[i]);
            _ids[i] = JsonEncodedText.Encode(string.Create(CultureInfo.InvariantCulture, $"00-00{50_000 + (club * 60) + i}"));
        }
    }

    /// <summary>The rosters of all clubs by index.</summary>
    public static FootballRoster[] All { get; } = Enumerable.Range(0, 32).Select(club => new FootballRoster(club)).ToArray();

    public static int Runner(int rank) => 3 + rank;

    public static int Receiver(int rank) => 5 + rank;

    /// <summary>The vendor's player id: <c>00-00</c> and five digits.</summary>
    public JsonEncodedText Id(int player) => _ids[player];

    /// <summary><see cref="Name"/>, ready to be written.</summary>
    public JsonEncodedText EncodedName(int player) => _encodedNames[player];

    /// <summary>As in the play text: <c>E.Lacy</c>.</summary>
    public string Name(int player) => _names[player];
}
