using System.Collections.Frozen;
using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Nfl;

/// <summary>Names to show for the codes that GameCenter uses; the format itself has none.</summary>
internal static class NflTeams
{
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["ARI"] = "Arizona Cardinals",
        ["ATL"] = "Atlanta Falcons",
        ["BAL"] = "Baltimore Ravens",
        ["BUF"] = "Buffalo Bills",
        ["CAR"] = "Carolina Panthers",
        ["CHI"] = "Chicago Bears",
        ["CIN"] = "Cincinnati Bengals",
        ["CLE"] = "Cleveland Browns",
        ["DAL"] = "Dallas Cowboys",
        ["DEN"] = "Denver Broncos",
        ["DET"] = "Detroit Lions",
        ["GB"] = "Green Bay Packers",
        ["HOU"] = "Houston Texans",
        ["IND"] = "Indianapolis Colts",
        ["JAC"] = "Jacksonville Jaguars",
        ["JAX"] = "Jacksonville Jaguars",
        ["KC"] = "Kansas City Chiefs",
        ["LA"] = "Los Angeles Rams",
        ["LAC"] = "Los Angeles Chargers",
        ["LAR"] = "Los Angeles Rams",
        ["LV"] = "Las Vegas Raiders",
        ["MIA"] = "Miami Dolphins",
        ["MIN"] = "Minnesota Vikings",
        ["NE"] = "New England Patriots",
        ["NO"] = "New Orleans Saints",
        ["NYG"] = "New York Giants",
        ["NYJ"] = "New York Jets",
        ["OAK"] = "Oakland Raiders",
        ["PHI"] = "Philadelphia Eagles",
        ["PIT"] = "Pittsburgh Steelers",
        ["SD"] = "San Diego Chargers",
        ["SEA"] = "Seattle Seahawks",
        ["SF"] = "San Francisco 49ers",
        ["STL"] = "St. Louis Rams",
        ["TB"] = "Tampa Bay Buccaneers",
        ["TEN"] = "Tennessee Titans",
        ["WAS"] = "Washington",
    }.ToFrozenDictionary();

    /// <summary>The team of a code; an unknown code is its own name.</summary>
    public static Team Of(ClubCode club)
    {
        var code = club.ToString();
        return new Team(code, Names.GetValueOrDefault(code, code));
    }
}
