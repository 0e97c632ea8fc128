using System.Globalization;

namespace Oddswire.Core.Domain;

/// <summary>
/// Names a market within its game: type, line, subject (empty for the game; <c>home</c>, <c>away</c>, a player's id, or what the type says), statistic
/// (player props only) and scope. Its text form is the scope (left out for the whole game) and a point, the type, then subject, statistic and line as
/// far as the type has them, with colons between: <c>moneyline</c>, <c>spread:-3.5</c>, <c>first_half.total:23.5</c>, <c>team_total:home:24.5</c>,
/// <c>race_to:20</c>, <c>next_score:14-10</c>, <c>drive_result:7</c>, <c>half_inning_runs:3t:0.5</c>, <c>player_prop:00-0019596:passing_yards:255.5</c>.
/// </summary>
public readonly record struct MarketKey(MarketType Type, Line Line = default, string Subject = "", string Statistic = "", MarketScope Scope = MarketScope.FullGame)
{
    private const int MaxTextLength = 160;
    private const int MaxNameLength = 64;

    /// <summary>Reads a market's name.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MarketKey market) => TryParse(text, out market, out var hasLine) && hasLine == HasLine(market.Type);

    /// <summary>Reads a market's name, with or without its line.</summary>
    /// <param name="text">The name.</param>
    /// <param name="market">The market; its line is 0 where none was given.</param>
    /// <param name="hasLine">Whether a line was given.</param>
    /// <returns>Whether it is such a name.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out MarketKey market, out bool hasLine)
    {
        (market, hasLine) = (default, false);
        if (text.Length > MaxTextLength)
        {
            return false;
        }

        var scope = MarketScope.FullGame;
        var point = text.IndexOf('.');
        if (point > 0 && MarketScopes.TryParse(text[..point], out scope))
        {
            text = text[(point + 1)..];
        }

        var parts = text.ToString().Split(':');
        var next = 1;
        if (!TryParseType(parts[0], out var type))
        {
            return false;
        }

        var subject = HasSubject(type) && parts.Length > next ? parts[next++] : "";
        var statistic = type == MarketType.PlayerProp && parts.Length > next ? parts[next++] : "";
        if ((HasSubject(type) && !IsSubject(type, subject)) || (type == MarketType.PlayerProp && !IsName(statistic)))
        {
            return false;
        }

        var points = 0m;
        if (HasLine(type) && parts.Length > next)
        {
            hasLine = decimal.TryParse(
                parts[next++], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out points)
                && Math.Abs(points) < 10_000;
            if (!hasLine)
            {
                return false;
            }
        }

        market = new MarketKey(type, new Line((int)(points * 100)), subject, statistic, scope);
        return next == parts.Length;
    }

    /// <summary>Whether markets of the type have a line.</summary>
    public static bool HasLine(MarketType type) => type is MarketType.Spread or MarketType.Total or MarketType.TeamTotal or MarketType.PlayerProp
        or MarketType.RaceTo or MarketType.HalfInningRuns;

    /// <summary>Whether markets of the type have a subject.</summary>
    public static bool HasSubject(MarketType type) => type is MarketType.TeamTotal or MarketType.PlayerProp or MarketType.NextScore
        or MarketType.DriveResult or MarketType.DriveScore or MarketType.HalfInningRuns;

    /// <inheritdoc/>
    public override string ToString()
    {
        var name = Scope == MarketScope.FullGame ? NameOf(Type) : $"{Scope.Name()}.{NameOf(Type)}";
        return (HasSubject(Type), HasLine(Type)) switch
        {
            (false, false) => name,
            (true, false) => $"{name}:{Subject}",
            (false, true) => $"{name}:{Line}",
            _ when Type == MarketType.PlayerProp => $"{name}:{Subject}:{Statistic}:{Line}",
            _ => $"{name}:{Subject}:{Line}",
        };
    }

    /// <summary>The snake-case name of a type, as it stands in the archive, the API and the page.</summary>
    public static string NameOf(MarketType type)
    {
        return type switch
        {
            MarketType.Moneyline => "moneyline",
            MarketType.Spread => "spread",
            MarketType.Total => "total",
            MarketType.TeamTotal => "team_total",
            MarketType.ThreeWay => "three_way",
            MarketType.PlayerProp => "player_prop",
            MarketType.NextScore => "next_score",
            MarketType.RaceTo => "race_to",
            MarketType.DriveResult => "drive_result",
            MarketType.DriveScore => "drive_score",
            MarketType.HalfInningRuns => "half_inning_runs",
            _ => "none",
        };
    }

    private static bool TryParseType(string name, out MarketType type)
    {
        for (type = MarketType.Moneyline; type <= MarketType.HalfInningRuns; type++)
        {
            if (name == NameOf(type))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSubject(MarketType type, string text) => type == MarketType.TeamTotal ? text is "home" or "away" : IsName(text);

    private static bool IsName(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '~'))
            {
                return false;
            }
        }

        return text.Length is > 0 and <= MaxNameLength;
    }
}
