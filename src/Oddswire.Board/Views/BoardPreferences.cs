namespace Oddswire.Board.Views;

/// <summary>What a reader chose, kept in cookies so that the first paint is already right.</summary>
/// <param name="Format">How prices are shown.</param>
/// <param name="Theme"><c>auto</c>, <c>light</c> or <c>dark</c>.</param>
public sealed record BoardPreferences(OddsFormat Format, string Theme)
{
    /// <summary>Cookie of the odds format.</summary>
    public const string FormatCookie = "oddswire_format";

    /// <summary>Cookie of the theme.</summary>
    public const string ThemeCookie = "oddswire_theme";

    /// <summary>Reads the cookies; anything unknown is the default.</summary>
    public static BoardPreferences Read(string? format, string? theme) =>
        new(OddsFormats.Parse(format), theme is "light" or "dark" ? theme : "auto");
}
