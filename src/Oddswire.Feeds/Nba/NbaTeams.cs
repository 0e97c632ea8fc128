using System.Text;
using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Nba;

/// <summary>The league's thirty teams by the id that the feed gives them; ids outlive a club's moves.</summary>
internal static class NbaTeams
{
    private const long First = 1610612737;

    private static readonly (string Code, string City, string Name)[] Teams =
    [
        ("ATL", "Atlanta", "Hawks"), ("BOS", "Boston", "Celtics"), ("CLE", "Cleveland", "Cavaliers"), ("NOP", "New Orleans", "Pelicans"),
        ("CHI", "Chicago", "Bulls"), ("DAL", "Dallas", "Mavericks"), ("DEN", "Denver", "Nuggets"), ("GSW", "Golden State", "Warriors"),
        ("HOU", "Houston", "Rockets"), ("LAC", "LA", "Clippers"), ("LAL", "Los Angeles", "Lakers"), ("MIA", "Miami", "Heat"),
        ("MIL", "Milwaukee", "Bucks"), ("MIN", "Minnesota", "Timberwolves"), ("BKN", "Brooklyn", "Nets"), ("NYK", "New York", "Knicks"),
        ("ORL", "Orlando", "Magic"), ("IND", "Indiana", "Pacers"), ("PHI", "Philadelphia", "76ers"), ("PHX", "Phoenix", "Suns"),
        ("POR", "Portland", "Trail Blazers"), ("SAC", "Sacramento", "Kings"), ("SAS", "San Antonio", "Spurs"), ("OKC", "Oklahoma City", "Thunder"),
        ("TOR", "Toronto", "Raptors"), ("UTA", "Utah", "Jazz"), ("MEM", "Memphis", "Grizzlies"), ("WAS", "Washington", "Wizards"),
        ("DET", "Detroit", "Pistons"), ("CHA", "Charlotte", "Hornets"),
    ];

    /// <summary>The team's three-letter code; null for a team that is none of the league's.</summary>
    public static string? CodeOf(long teamId) => Find(teamId)?.Code;

    /// <summary>City and name of the team with this id; null for a team that is none of the league's.</summary>
    public static (string Code, string City, string Name)? Find(long teamId) =>
        teamId >= First && teamId < First + Teams.Length ? Teams[teamId - First] : null;

    /// <summary>The code of one of the league's teams as a string already at hand; null for any other.</summary>
    public static string? Known(ReadOnlySpan<byte> code)
    {
        foreach (var team in Teams)
        {
            if (Ascii.Equals(code, team.Code))
            {
                return team.Code;
            }
        }

        return null;
    }

    /// <summary>A team of a box score. What the box score does not name, the code does.</summary>
    public static Team Of(string code, string city, string name)
    {
        var shown = $"{city} {name}".Trim();
        return new Team(code, shown.Length > 0 ? shown : code);
    }
}
