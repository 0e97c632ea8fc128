namespace Oddswire.Core.Domain;

/// <summary>
/// Names one game everywhere: <c>{league}:{the vendor's game id}</c>, for example <c>nfl:2015091000</c>,
/// <c>nba:0022400695</c> or <c>mlb:ANA201904040</c>. It is the key of every record, so that one game is one
/// ordered stream. The vendor's part is 1 to 48 characters out of letters, digits, <c>-</c>, <c>_</c> and <c>.</c>;
/// <c>default</c> is no game and has a null <see cref="Value"/>.
/// </summary>
public readonly record struct GameId
{
    private const int LeaguePrefixLength = 4;
    private const int MaxVendorLength = 48;

    private GameId(string value) => Value = value;

    /// <summary>The whole id, league included.</summary>
    public string Value { get; }

    /// <summary>The league, read off the first letters.</summary>
    public League League => Value is null ? League.None : Value[1] switch
    {
        'f' => League.Nfl,
        'b' => League.Nba,
        'l' => League.Mlb,
        _ => League.None,
    };

    /// <summary>The vendor's own id of the game, without the league.</summary>
    public ReadOnlySpan<char> VendorId => Value.AsSpan(LeaguePrefixLength);

    /// <summary>Makes the id of a vendor's game.</summary>
    /// <exception cref="FormatException">The vendor's id is empty, too long, or has a character outside the set.</exception>
    public static GameId Of(League league, ReadOnlySpan<char> vendorId) =>
        IsVendorId(vendorId)
            ? new GameId($"{league.Code()}:{vendorId}")
            : throw new FormatException(
                $"'{Shorten(vendorId)}' is not a game id: expected 1 to {MaxVendorLength} letters, digits, '-', '_' or '.'.");

    /// <summary>Reads an id in its whole form.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out GameId id)
    {
        id = default;
        if (text.Length <= LeaguePrefixLength || text[3] != ':' || !Leagues.TryParse(text[..3], out var league)
            || !IsVendorId(text[LeaguePrefixLength..]))
        {
            return false;
        }

        id = Of(league, text[LeaguePrefixLength..]);
        return true;
    }

    /// <summary>Reads an id in its whole form.</summary>
    /// <exception cref="FormatException"><paramref name="text"/> is not <c>league:vendor-id</c>.</exception>
    public static GameId Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var id)
            ? id
            : throw new FormatException($"'{Shorten(text)}' is not a game id; expected for example 'nfl:2015091000'.");

    /// <summary>Takes over an id that <see cref="Of"/> or <see cref="Parse"/> has already checked, as read back from our own records.</summary>
    internal static GameId FromTrusted(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";

    /// <summary>Whether <paramref name="text"/> can stand for a vendor's game.</summary>
    public static bool IsVendorId(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxVendorLength)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 60 ? text.ToString() : $"{text[..60]}…";
}
