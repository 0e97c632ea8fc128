using System.Globalization;

namespace Oddswire.Simulator.Baseball;

/// <summary>Nine batters and eight pitchers of a club, with ids as Retrosheet makes them.</summary>
internal sealed class BaseballRoster
{
    public const int Batters = 9;
    public const int Pitchers = 8;
    private const int Size = Batters + Pitchers;
    private readonly string[] _ids = new string[Size];
    private readonly string[] _names = new string[Size];

    private BaseballRoster(int club)
    {
        for (var i = 0; i < Size; i++)
        {
            var (first, last) = Names.Of(80 + club, i);
            var stem = last.ToLowerInvariant().PadRight(4, '-')[..4];
            _ids[i] = string.Create(CultureInfo.InvariantCulture, $"{stem}{char.ToLowerInvariant(first[0])}{(club * 30) + i + 1:000}");
            _names[i] = $"{first} {last}";
        }
    }

    /// <summary>The rosters of all clubs by index.</summary>
    public static BaseballRoster[] All { get; } = Enumerable.Range(0, 30).Select(club => new BaseballRoster(club)).ToArray();

    /// <summary>First four letters of the family name, initial, three digits: <c>smitj001</c>.</summary>
    public string Id(int player) => _ids[player];

    /// <summary>Given and family name.</summary>
    public string Name(int player) => _names[player];

    public static int Pitcher(int rank) => Batters + Math.Min(rank, Pitchers - 1);
}
