namespace Oddswire.Simulator;

/// <summary>
/// Invented players: real clubs, made-up people. A roster depends on the club alone, so that a player keeps his id in every game and seed.
/// </summary>
internal static class Names
{
    private static readonly string[] First =
    [
        "Aaron", "Adrian", "Andre", "Anthony", "Ben", "Brandon", "Bryce", "Caleb", "Cam", "Carlos", "Chris", "Cody", "Corey", "Damon", "Darius",
        "David", "Derek", "Devin", "Dominic", "Eddie", "Eli", "Eric", "Evan", "Felix", "Gabe", "Gary", "Grant", "Hector", "Ian", "Isaiah", "Jalen",
        "Jason", "Jesse", "Joel", "Jordan", "Jose", "Justin", "Keith", "Kyle", "Lamar", "Leon", "Logan", "Luis", "Malik", "Marcus", "Mason", "Max",
        "Miles", "Nate", "Noah", "Omar", "Oscar", "Pedro", "Quincy", "Rafael", "Ryan", "Sam", "Sean", "Trey", "Tyler", "Victor", "Wes", "Xavier", "Zach",
    ];

    private static readonly string[] Last =
    [
        "Abbott", "Acosta", "Alvarez", "Archer", "Bailey", "Baker", "Barnes", "Becker", "Bell", "Benson", "Bishop", "Blake", "Boyd", "Brooks",
        "Bryant", "Burke", "Caldwell", "Carver", "Castillo", "Chambers", "Clark", "Coleman", "Cortez", "Crosby", "Cruz", "Dalton", "Dawson",
        "Delgado", "Dixon", "Drake", "Duncan", "Ellis", "Espinoza", "Farmer", "Fields", "Fisher", "Fletcher", "Flores", "Foster", "Franklin",
        "Gaines", "Garrett", "Gibson", "Gomez", "Grady", "Graham", "Griffin", "Hale", "Hammond", "Harper", "Hayes", "Henson", "Herrera", "Holt",
        "Hughes", "Ingram", "Irving", "Jennings", "Jensen", "Keller", "Kendrick", "Kirby", "Lambert", "Lawson", "Leary", "Lindsay", "Lowry", "Maddox",
        "Marsh", "Medina", "Mercer", "Monroe", "Morales", "Navarro", "Nolan", "Norris", "Ortega", "Osborne", "Pacheco", "Palmer", "Parrish", "Pierce",
        "Porter", "Quinn", "Ramsey", "Reyes", "Rhodes", "Rivers", "Rosario", "Salazar", "Santana", "Sawyer", "Shaw", "Sloan", "Stokes", "Sutton",
        "Tate", "Thorne", "Tillman", "Underwood", "Valdez", "Vaughn", "Vega", "Wade", "Walsh", "Ware", "Webb", "Whitfield", "Wilkins", "Yates", "York", "Zamora",
    ];

    /// <summary>The n-th player of a club: given and family name. Family names do not repeat among the first 100 players of a club.</summary>
    public static (string First, string Last) Of(int club, int player)
    {
        var bits = SeededRandom.Mix(0x0DD5, (ulong)club, (ulong)player);
        var last = ((club * 37) + (player * 29)) % Last.Length;
        return (First[(int)(bits % (ulong)First.Length)], Last[last]);
    }
}
