namespace Oddswire.Simulator.Basketball;

/// <summary>Ten players of a club; the first five start.</summary>
internal sealed class BasketballRoster
{
    public const int Size = 10;
    private readonly string[] _names = new string[Size];
    private readonly string[] _fullNames = new string[Size];
    private readonly string[] _familyNames = new string[Size];
    private readonly int _club;

    private BasketballRoster(int club)
    {
        _club = club;
        for (var i = 0; i < Size; i++)
        {
            var (first, last) = Names.Of(40 + club, i);
            (_names[i], _fullNames[i], _familyNames[i]) = ($"{first[0]}. {last}", $"{first} {last}", last);
        }
    }

    /// <summary>The rosters of all clubs by index.</summary>
    public static BasketballRoster[] All { get; } = Enumerable.Range(0, 30).Select(club => new BasketballRoster(club)).ToArray();

    /// <summary>The vendor's person id.</summary>
    public int Id(int player) => 9_000_000 + (_club * 100) + player;

    /// <summary><c>T. Harris</c>.</summary>
    public string Name(int player) => _names[player];

    /// <summary><c>Tobias Harris</c>.</summary>
    public string FullName(int player) => _fullNames[player];

    /// <summary><c>Harris</c>.</summary>
    public string FamilyName(int player) => _familyNames[player];
}
