using System.Collections.Frozen;
using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Mlb;

/// <summary>Names of the clubs by Retrosheet's three-letter codes; the feed itself sends only the codes.</summary>
public static class MlbTeams
{
    private const int GuardiansSince = 2022;

    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["ANA"] = "Los Angeles Angels",
        ["ARI"] = "Arizona Diamondbacks",
        ["ATH"] = "Athletics",
        ["ATL"] = "Atlanta Braves",
        ["BAL"] = "Baltimore Orioles",
        ["BOS"] = "Boston Red Sox",
        ["BRO"] = "Brooklyn Dodgers",
        ["BSN"] = "Boston Braves",
        ["CAL"] = "California Angels",
        ["CHA"] = "Chicago White Sox",
        ["CHN"] = "Chicago Cubs",
        ["CIN"] = "Cincinnati Reds",
        ["CLE"] = "Cleveland Guardians",
        ["COL"] = "Colorado Rockies",
        ["DET"] = "Detroit Tigers",
        ["FLO"] = "Florida Marlins",
        ["HOU"] = "Houston Astros",
        ["KC1"] = "Kansas City Athletics",
        ["KCA"] = "Kansas City Royals",
        ["LAA"] = "Los Angeles Angels",
        ["LAN"] = "Los Angeles Dodgers",
        ["MIA"] = "Miami Marlins",
        ["MIL"] = "Milwaukee Brewers",
        ["MIN"] = "Minnesota Twins",
        ["MLN"] = "Milwaukee Braves",
        ["MON"] = "Montreal Expos",
        ["NY1"] = "New York Giants",
        ["NYA"] = "New York Yankees",
        ["NYN"] = "New York Mets",
        ["OAK"] = "Oakland Athletics",
        ["PHA"] = "Philadelphia Athletics",
        ["PHI"] = "Philadelphia Phillies",
        ["PIT"] = "Pittsburgh Pirates",
        ["SDN"] = "San Diego Padres",
        ["SE1"] = "Seattle Pilots",
        ["SEA"] = "Seattle Mariners",
        ["SFN"] = "San Francisco Giants",
        ["SLA"] = "St. Louis Browns",
        ["SLN"] = "St. Louis Cardinals",
        ["TBA"] = "Tampa Bay Rays",
        ["TEX"] = "Texas Rangers",
        ["TOR"] = "Toronto Blue Jays",
        ["WAS"] = "Washington Nationals",
        ["WS1"] = "Washington Senators",
        ["WS2"] = "Washington Senators",
    }.ToFrozenDictionary();

    /// <summary>The club of a code in a season; a code not in the table is its own name.</summary>
    public static Team Of(string code, int season) =>
        new(code, code == "CLE" && season < GuardiansSince ? "Cleveland Indians" : Names.GetValueOrDefault(code, code));
}
