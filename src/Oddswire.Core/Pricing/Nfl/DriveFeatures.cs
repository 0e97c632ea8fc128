namespace Oddswire.Core.Pricing.Nfl;

/// <summary>A play's situation as the team with the ball sees it.</summary>
/// <param name="Down">1 to 4.</param>
/// <param name="YardsToFirst">Yards to a first down, at least 1.</param>
/// <param name="YardsToGoal">Yards to the opponent's goal line, 1 to 99.</param>
/// <param name="Seconds">Seconds left in the half, or in the overtime period.</param>
/// <param name="IsSecondHalf">Whether the game ends with this half: there the score says how a team plays.</param>
/// <param name="Lead">Points ahead, below zero behind.</param>
/// <param name="Strength">Half the points by which the team is expected to win a whole game, in tens; 0 between equals.</param>
/// <param name="Scoring">Half the points that the whole game is expected to have above the average, in tens.</param>
/// <param name="Urgency">Seconds that the score is felt as if only they were left; beyond <paramref name="Seconds"/> it has no effect. It decides how a drive ends; how long it takes, the clock.</param>
/// <param name="IsStart">Whether it is a drive's first play.</param>
/// <param name="OwnTimeouts">Time-outs of the team with the ball beyond those that such teams usually have then, late in the game; 0 where they are not known.</param>
/// <param name="OtherTimeouts">The same of the other team.</param>
/// <param name="WasBehind">Whether, at a drive's first play, the team was behind before the other team's drive: it has had to stop the clock.</param>
internal readonly record struct Situation(
    int Down, int YardsToFirst, double YardsToGoal, double Seconds, bool IsSecondHalf, int Lead, double Strength, double Scoring, double Urgency = double.MaxValue, bool IsStart = false,
    double OwnTimeouts = 0, double OtherTimeouts = 0, bool WasBehind = false)
{
    /// <summary>The class of lead (<see cref="DriveFeatures.LeadClass"/>) that the team plays like.</summary>
    public int Manner => DriveFeatures.LeadClass(Lead);
}

/// <summary>
/// What the laws of a drive's end, of its time and of the next drive's place depend on: field position, down and distance, the half's last minutes, and, in the second half, how far ahead or behind
/// the team is, by the classes that football has (one score, two scores, a field goal wins, a field goal ties).
/// </summary>
internal static class DriveFeatures
{
    /// <summary>Classes of the lead.</summary>
    public const int Leads = 11;

    private const int Level = 4;
    private const int OneScore = Level + 2;
    private const int FirstLate = 30;
    private const int FirstOfSituation = FirstLate + (2 * Leads);
    private const int FirstFinal = FirstOfSituation + 5;
    private const int Finals = 6;
    private const int Trailing = PlainStarts + 13;
    private const int PlainStarts = 3;
    private const double QuarterSeconds = 900;
    private const double SomeDriveSeconds = 150;

    private static readonly double[] UsualLead = [20, 12, 6, 2, 0, -1.5, -3, -6, -10, -14, -20];

    private static readonly string[] LeadNames =
        ["ahead17", "ahead9to16", "ahead4to8", "ahead1to3", "level", "behind1to2", "behind3", "behind4to8", "behind9to11", "behind12to16", "behind17"];

    /// <summary>Names of the features, as they stand in the parameter file.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "one", "yards", "yardsSquared", "inside20", "inside6", "inside40", "inside34",
        "distanceDown1", "distanceDown2", "distanceDown3", "distanceDown4", "down2", "down3", "down4",
        "down4Inside40", "down4Inside34", "down3Inside40", "down4Yards", "down4Short", "down4AtGoal",
        "end8", "end22", "end60", "end180", "end8Yards", "end22Yards", "end60Yards", "end180Yards", "end22Down4", "end60Down4",
        .. LeadNames.Select(name => name + "Late"), .. LeadNames.Select(name => name + "Last"),
        "down4BehindLate", "down4Inside40BehindLast", "downAheadLast", "distanceAheadLast", "inside40FieldGoalLast",
        "aheadFinal", "levelFinal", "behind1to2Final", "behind3Final", "behind4to8Final", "behind9Final",
        .. LateFeatures.NamesFor(LeadNames),
        "start", "startYards", "startYardsSquared", "early", "beforeBreak", "longDown1", "longDown2", "longDown3",
        "leadElapsed", "sizeElapsed", "strength", "strengthYards", "strengthLate", "scoring", "scoringYards", "scoringLate",
    ];

    /// <summary>How many there are.</summary>
    public static int Count => Names.Count;

    /// <summary>How many there are besides <see cref="LateFeatures"/>, which stand before the last sixteen.</summary>
    public const int Plain = FirstLateFeature + Trailing;

    /// <summary>Where the features of drives' first plays begin.</summary>
    public static int FirstStart => FirstLateFeature + LateFeatures.OfStarts.First;

    /// <summary>How many features only drives' first plays have.</summary>
    public static int Starts => LateFeatures.OfStarts.Count + PlainStarts;

    /// <summary>Where <see cref="LateFeatures"/> begin.</summary>
    public const int FirstLateFeature = FirstFinal + Finals;

    /// <summary>The class of a lead: 0 ahead by 17 or more, 4 level, 10 behind by 17 or more.</summary>
    public static int LeadClass(int lead) => lead switch
    {
        >= 17 => 0,
        >= 9 => 1,
        >= 4 => 2,
        >= 1 => 3,
        0 => 4,
        >= -2 => 5,
        -3 => 6,
        >= -8 => 7,
        >= -11 => 8,
        >= -16 => 9,
        _ => 10,
    };

    /// <summary>0 for the classes ahead, 1 for level and those that a field goal brings level or ahead, 2 for those further behind.</summary>
    public static int ThirdOf(int leadClass) => leadClass < Level ? 0 : leadClass <= OneScore ? 1 : 2;

    /// <summary>The greatest lead of a class that is not the first.</summary>
    public static int GreatestLead(int leadClass) => leadClass switch { 1 => 16, 2 => 8, 3 => 3, 4 => 0, 5 => -1, 6 => -3, 7 => -4, 8 => -9, 9 => -12, _ => -17 };

    /// <summary>Writes the features of a situation.</summary>
    public static void Fill(in Situation at, Span<double> x)
    {
        FillPlain(at, x);
        Span<double> figures = stackalloc double[LateFeatures.Figures];
        if (LateFeatures.Read(at, figures))
        {
            LateFeatures.Spread(figures, at.Manner, x[FirstLateFeature..]);
        }
    }

    /// <summary>Writes all but the late ones.</summary>
    /// <param name="at">The situation.</param>
    /// <param name="x">Room for <see cref="Plain"/>, or for all: those between are zero then.</param>
    public static void FillPlain(in Situation at, Span<double> x)
    {
        x.Clear();
        var y = at.YardsToGoal / 100;
        var distance = Math.Log(Math.Max(at.YardsToFirst, 1) / 10.0);
        var (inside40, inside34) = (Math.Max(0, 0.40 - y), Math.Max(0, 0.34 - y));
        var (down3, down4) = (at.Down == 3 ? 1 : 0, at.Down == 4 ? 1 : 0);
        x[0] = 1;
        x[1] = y - 0.5;
        x[2] = (y - 0.5) * (y - 0.5);
        x[3] = Math.Max(0, 0.20 - y);
        x[4] = Math.Max(0, 0.06 - y);
        x[5] = inside40;
        x[6] = inside34;
        x[6 + Math.Clamp(at.Down, 1, 4)] = distance;
        if (at.Down >= 2)
        {
            x[9 + Math.Min(at.Down, 4)] = 1;
        }

        x[14] = down4 * inside40;
        x[15] = down4 * inside34;
        x[16] = down3 * inside40;
        x[17] = down4 * (y - 0.5);
        if (at.IsStart)
        {
            (x[^16], x[^15], x[^14]) = (1, x[1], x[2]);
        }

        if (at.Down is >= 1 and <= 3)
        {
            x[^(12 - at.Down)] = Math.Max(0, distance);
        }

        x[18] = at.YardsToFirst <= 2 ? down4 : 0;
        x[19] = y < 0.05 ? down4 : 0;
        FillClock(at, x, y, down4);
        FillScore(at, x, distance, inside40, down4);
        x[^6] = at.Strength;
        x[^5] = at.Strength * y;
        x[^3] = at.Scoring;
        x[^2] = at.Scoring * y;
    }

    private static void FillClock(in Situation at, Span<double> x, double y, int down4)
    {
        for (var i = 0; i < 4; i++)
        {
            var end = Math.Exp(-at.Seconds / (i switch { 0 => 8.0, 1 => 22, 2 => 60, _ => 180 }));
            x[20 + i] = end;
            x[24 + i] = end * y;
        }

        // At a break between quarters the clock does not run on to the next snap.
        if (at.Seconds > QuarterSeconds)
        {
            x[^13] = (at.Seconds - QuarterSeconds) / QuarterSeconds;
            x[^12] = Math.Exp(-(at.Seconds - QuarterSeconds) / SomeDriveSeconds);
        }

        x[28] = x[21] * down4;
        x[29] = x[22] * down4;
    }

    private static void FillScore(in Situation at, Span<double> x, double distance, double inside40, int down4)
    {
        var elapsed = at.IsSecondHalf ? 1 - (Math.Min(at.Seconds, 1800) / 3600) : (1800 - at.Seconds) / 3600;

        // In the second half a team plays by the class of its lead alone.
        var lead = at.Manner;
        var size = at.IsSecondHalf ? UsualLead[lead] / 10 : Math.Clamp(at.Lead, -21, 21) / 10.0;
        x[^8] = size * elapsed;
        x[^7] = Math.Abs(size) * elapsed;
        if (!at.IsSecondHalf)
        {
            return;
        }

        var late = Math.Exp(-Math.Min(at.Seconds, at.Urgency) / 300);
        var last = Math.Exp(-at.Seconds / 80);
        x[^4] = at.Strength * late;
        x[^1] = at.Scoring * late;
        x[FirstLate + lead] = late;
        x[FirstLate + Leads + lead] = last;
        x[FirstOfSituation] = lead > Level ? down4 * late : 0;
        x[FirstOfSituation + 1] = lead > OneScore ? down4 * last * inside40 : 0;
        x[FirstOfSituation + 2] = lead < Level ? last * (at.Down - 1) : 0;
        x[FirstOfSituation + 3] = lead < Level ? last * distance : 0;
        x[FirstOfSituation + 4] = lead is >= Level and <= OneScore ? last * inside40 : 0;
        x[FirstFinal + Math.Clamp(lead - Level + 1, 0, Finals - 1)] = Math.Exp(-at.Seconds / 30);
    }
}
