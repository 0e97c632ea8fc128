using Oddswire.Core.Domain;

namespace Oddswire.Simulator;

/// <summary>The clubs of each league with the codes that the vendors' formats use.</summary>
internal static class Clubs
{
    private static readonly Club[] Nfl =
    [
        new(0, "ARI", 0, "Arizona", "Cardinals"),
        new(1, "ATL", 0, "Atlanta", "Falcons"),
        new(2, "BAL", 0, "Baltimore", "Ravens"),
        new(3, "BUF", 0, "Buffalo", "Bills"),
        new(4, "CAR", 0, "Carolina", "Panthers"),
        new(5, "CHI", 0, "Chicago", "Bears"),
        new(6, "CIN", 0, "Cincinnati", "Bengals"),
        new(7, "CLE", 0, "Cleveland", "Browns"),
        new(8, "DAL", 0, "Dallas", "Cowboys"),
        new(9, "DEN", 0, "Denver", "Broncos"),
        new(10, "DET", 0, "Detroit", "Lions"),
        new(11, "GB", 0, "Green Bay", "Packers"),
        new(12, "HOU", 0, "Houston", "Texans"),
        new(13, "IND", 0, "Indianapolis", "Colts"),
        new(14, "JAX", 0, "Jacksonville", "Jaguars"),
        new(15, "KC", 0, "Kansas City", "Chiefs"),
        new(16, "LA", 0, "Los Angeles", "Rams"),
        new(17, "LAC", 0, "Los Angeles", "Chargers"),
        new(18, "LV", 0, "Las Vegas", "Raiders"),
        new(19, "MIA", 0, "Miami", "Dolphins"),
        new(20, "MIN", 0, "Minnesota", "Vikings"),
        new(21, "NE", 0, "New England", "Patriots"),
        new(22, "NO", 0, "New Orleans", "Saints"),
        new(23, "NYG", 0, "New York", "Giants"),
        new(24, "NYJ", 0, "New York", "Jets"),
        new(25, "PHI", 0, "Philadelphia", "Eagles"),
        new(26, "PIT", 0, "Pittsburgh", "Steelers"),
        new(27, "SEA", 0, "Seattle", "Seahawks"),
        new(28, "SF", 0, "San Francisco", "49ers"),
        new(29, "TB", 0, "Tampa Bay", "Buccaneers"),
        new(30, "TEN", 0, "Tennessee", "Titans"),
        new(31, "WAS", 0, "Washington", "Commanders"),
    ];

    private static readonly Club[] Nba =
    [
        new(0, "ATL", 1_610_612_737, "Atlanta", "Hawks"),
        new(1, "BOS", 1_610_612_738, "Boston", "Celtics"),
        new(2, "CLE", 1_610_612_739, "Cleveland", "Cavaliers"),
        new(3, "NOP", 1_610_612_740, "New Orleans", "Pelicans"),
        new(4, "CHI", 1_610_612_741, "Chicago", "Bulls"),
        new(5, "DAL", 1_610_612_742, "Dallas", "Mavericks"),
        new(6, "DEN", 1_610_612_743, "Denver", "Nuggets"),
        new(7, "GSW", 1_610_612_744, "Golden State", "Warriors"),
        new(8, "HOU", 1_610_612_745, "Houston", "Rockets"),
        new(9, "LAC", 1_610_612_746, "LA", "Clippers"),
        new(10, "LAL", 1_610_612_747, "Los Angeles", "Lakers"),
        new(11, "MIA", 1_610_612_748, "Miami", "Heat"),
        new(12, "MIL", 1_610_612_749, "Milwaukee", "Bucks"),
        new(13, "MIN", 1_610_612_750, "Minnesota", "Timberwolves"),
        new(14, "BKN", 1_610_612_751, "Brooklyn", "Nets"),
        new(15, "NYK", 1_610_612_752, "New York", "Knicks"),
        new(16, "ORL", 1_610_612_753, "Orlando", "Magic"),
        new(17, "IND", 1_610_612_754, "Indiana", "Pacers"),
        new(18, "PHI", 1_610_612_755, "Philadelphia", "76ers"),
        new(19, "PHX", 1_610_612_756, "Phoenix", "Suns"),
        new(20, "POR", 1_610_612_757, "Portland", "Trail Blazers"),
        new(21, "SAC", 1_610_612_758, "Sacramento", "Kings"),
        new(22, "SAS", 1_610_612_759, "San Antonio", "Spurs"),
        new(23, "OKC", 1_610_612_760, "Oklahoma City", "Thunder"),
        new(24, "TOR", 1_610_612_761, "Toronto", "Raptors"),
        new(25, "UTA", 1_610_612_762, "Utah", "Jazz"),
        new(26, "MEM", 1_610_612_763, "Memphis", "Grizzlies"),
        new(27, "WAS", 1_610_612_764, "Washington", "Wizards"),
        new(28, "DET", 1_610_612_765, "Detroit", "Pistons"),
        new(29, "CHA", 1_610_612_766, "Charlotte", "Hornets"),
    ];

    private static readonly Club[] Mlb =
    [
        new(0, "ANA", 0, "Anaheim", "Angels"),
        new(1, "ARI", 0, "Arizona", "Diamondbacks"),
        new(2, "ATL", 0, "Atlanta", "Braves"),
        new(3, "BAL", 0, "Baltimore", "Orioles"),
        new(4, "BOS", 0, "Boston", "Red Sox"),
        new(5, "CHA", 0, "Chicago", "White Sox"),
        new(6, "CHN", 0, "Chicago", "Cubs"),
        new(7, "CIN", 0, "Cincinnati", "Reds"),
        new(8, "CLE", 0, "Cleveland", "Guardians"),
        new(9, "COL", 0, "Colorado", "Rockies"),
        new(10, "DET", 0, "Detroit", "Tigers"),
        new(11, "HOU", 0, "Houston", "Astros"),
        new(12, "KCA", 0, "Kansas City", "Royals"),
        new(13, "LAN", 0, "Los Angeles", "Dodgers"),
        new(14, "MIA", 0, "Miami", "Marlins"),
        new(15, "MIL", 0, "Milwaukee", "Brewers"),
        new(16, "MIN", 0, "Minnesota", "Twins"),
        new(17, "NYA", 0, "New York", "Yankees"),
        new(18, "NYN", 0, "New York", "Mets"),
        new(19, "OAK", 0, "Oakland", "Athletics"),
        new(20, "PHI", 0, "Philadelphia", "Phillies"),
        new(21, "PIT", 0, "Pittsburgh", "Pirates"),
        new(22, "SDN", 0, "San Diego", "Padres"),
        new(23, "SEA", 0, "Seattle", "Mariners"),
        new(24, "SFN", 0, "San Francisco", "Giants"),
        new(25, "SLN", 0, "St. Louis", "Cardinals"),
        new(26, "TBA", 0, "Tampa Bay", "Rays"),
        new(27, "TEX", 0, "Texas", "Rangers"),
        new(28, "TOR", 0, "Toronto", "Blue Jays"),
        new(29, "WAS", 0, "Washington", "Nationals"),
    ];

    /// <summary>The league's clubs by index.</summary>
    public static Club[] Of(League league) => league switch
    {
        League.Nfl => Nfl,
        League.Nba => Nba,
        _ => Mlb,
    };
}
