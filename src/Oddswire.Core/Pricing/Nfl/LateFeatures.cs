namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// How the lead bends the laws of a drive's end, of its time and of the next drive's place late in the game, class of lead by class: a team that must score uses every down, wherever it is, and a team ahead lets
/// time run if it has downs enough to do so, so that field position counts less and less. A drive's first play has figures of its own, since tables of what comes
/// are made of first plays alone, and these are few among all plays; and so has one of a team that was behind before the other's drive, which costs time-outs. Each figure stands for a third of the classes (ahead, a field goal short, further behind) and, drawn more to
/// zero, for every class: what few plays of a class say is drawn to what its neighbours do.
/// </summary>
internal static class LateFeatures
{
    // Before that many seconds are left no lead counts here, and a first play is like any other.
    private const int FirstSecond = 900;

    private static readonly string[] BendNames =
    [
        "LateDown", "LastDown", "LateDistance", "LastDistance", "LastOwnTimeouts", "In200OwnTimeouts", "LastOtherTimeouts", "In200OtherTimeouts",
        "LateInside34", "LateInside20", "LateInside8", "LastInside34", "LastInside20", "LastInside8",
        "LateFourth", "LateDownYards", "LateFourthYards", "LateDownInside40", "LateFourthInside40", "LateDistanceInside55",
        "LastFourth", "LastDownYards", "LastFourthYards", "LastDownInside40", "LastFourthInside40", "LastDistanceInside55",
        "LateStrength", "LastStrength",
    ];

    // Seconds left between which what the lead does, at any place and inside the 40, and what is special of first plays is drawn straight: a team that plays for the field goal that wins changes its mind
    // within a minute.
    private static readonly int[] LateSeconds = [600, 420, 330, 250, 180, 120, 75, 30];
    private static readonly string[] PlaceNames = ["", "Yards", "Inside40"];
    private static readonly int[] StartYardSeconds = [330, 180, 60];

    // Features of a single class come in units so small that the fit's ridge holds them eleven times as hard as those of several.
    private const double OfClass = 0.3;

    private static readonly string[] GroupNames = ["ahead", "close", "behind"];
    private static readonly int Groups = GroupNames.Length + DriveFeatures.Leads;

    /// <summary>Names of the features for the classes of the lead.</summary>
    public static IEnumerable<string> NamesFor(IReadOnlyList<string> leads)
    {
        string[] groups = [.. GroupNames.Select(group => group + "All"), .. leads];
        return
        [
            .. BendNames.SelectMany(bend => groups.Select(group => group + bend)),
            .. PlaceNames.SelectMany(place => LateSeconds.SelectMany(seconds => groups.Select(group => $"{group}At{seconds}{place}"))),
            .. LateSeconds.SelectMany(seconds => groups.Select(group => $"{group}StartAt{seconds}")),
            .. LateSeconds.SelectMany(seconds => groups.Select(group => $"{group}StillBehindAt{seconds}")),
            .. StartYardSeconds.SelectMany(seconds => groups.Select(group => $"{group}StartAt{seconds}Yards")),
        ];
    }

    /// <summary>Where the features of first plays begin, and how many there are.</summary>
    public static (int First, int Count) OfStarts { get; } = (FirstStart * Groups, ((2 * LateSeconds.Length) + StartYardSeconds.Length) * Groups);

    /// <summary>Figures of a situation.</summary>
    public static int Figures { get; } = FirstStart + (2 * LateSeconds.Length) + StartYardSeconds.Length;

    private static int FirstStart => BendNames.Length + (PlaceNames.Length * LateSeconds.Length);

    /// <summary>Whether a drive's first play has figures of its own here.</summary>
    private static bool HasStart(in Situation at) => at.IsStart && at.IsSecondHalf && Math.Min(at.Seconds, at.Urgency) < FirstSecond;

    /// <summary>Reads the figures of a situation.</summary>
    /// <param name="at">The situation.</param>
    /// <param name="figures">Room for <see cref="Figures"/>.</param>
    /// <returns>False where none counts: in the first half.</returns>
    public static bool Read(in Situation at, Span<double> figures)
    {
        if (!at.IsSecondHalf)
        {
            return false;
        }

        figures.Clear();
        var y = at.YardsToGoal / 100;
        var (yards, inside40, inside34, inside20, inside8) = (y - 0.5, Math.Max(0, 0.40 - y), Math.Max(0, 0.34 - y), Math.Max(0, 0.20 - y), Math.Max(0, 0.08 - y));
        var left = Math.Min(at.Seconds, at.Urgency);
        var (late, last) = (Math.Exp(-left / 300), Math.Exp(-at.Seconds / 80));
        var in200 = Math.Exp(-at.Seconds * at.Seconds / (200.0 * 200));
        var distance = at.Down == 4 ? 0 : Math.Log(Math.Max(at.YardsToFirst, 1) / 10.0);
        var (downs, fourth) = at.Down == 4 ? (0, 1) : (at.Down - 1, 0);
        var distanceInside55 = distance * Math.Max(0, 0.55 - y);
        ReadOnlySpan<double> bends =
        [
            late * (at.Down - 1), last * (at.Down - 1), late * distance, last * distance,
            last * at.OwnTimeouts, in200 * at.OwnTimeouts, last * at.OtherTimeouts, in200 * at.OtherTimeouts,
            late * inside34, late * inside20, late * inside8, last * inside34, last * inside20, last * inside8,
            late * fourth, late * downs * yards, late * fourth * yards, late * downs * inside40, late * fourth * inside40, late * distanceInside55,
            last * fourth, last * downs * yards, last * fourth * yards, last * downs * inside40, last * fourth * inside40, last * distanceInside55,
            late * at.Strength, last * at.Strength,
        ];
        bends.CopyTo(figures);
        var places = figures[bends.Length..];
        Draw(places, LateSeconds, left, 1);
        Draw(places[LateSeconds.Length..], LateSeconds, left, yards);
        Draw(places[(2 * LateSeconds.Length)..], LateSeconds, left, inside40);
        if (HasStart(at))
        {
            Draw(figures[FirstStart..], LateSeconds, left, 1);
            Draw(figures[(FirstStart + LateSeconds.Length)..], LateSeconds, left, at.WasBehind ? 1 : 0);
            Draw(figures[(FirstStart + (2 * LateSeconds.Length))..], StartYardSeconds, left, yards);
        }

        return true;
    }

    /// <summary>Writes figures as features of a class of lead.</summary>
    public static void Spread(ReadOnlySpan<double> figures, int lead, Span<double> x)
    {
        for (var i = 0; i < figures.Length; i++)
        {
            x[(i * Groups) + DriveFeatures.ThirdOf(lead)] = figures[i];
            x[(i * Groups) + GroupNames.Length + lead] = OfClass * figures[i];
        }
    }

    /// <summary>What a figure weighs for a class of lead, by the weights of the features.</summary>
    public static double WeightOf(ReadOnlySpan<double> weights, int figure, int lead) =>
        weights[(figure * Groups) + DriveFeatures.ThirdOf(lead)] + (OfClass * weights[(figure * Groups) + GroupNames.Length + lead]);

    // A value shared between the two seconds that it lies between; nothing at the first second of all.
    private static void Draw(Span<double> figures, ReadOnlySpan<int> seconds, double left, double value)
    {
        var later = 0;
        while (later < seconds.Length && left < seconds[later])
        {
            later++;
        }

        var before = later == 0 ? FirstSecond : seconds[later - 1];
        if (left >= FirstSecond)
        {
            return;
        }

        var share = later == seconds.Length ? 1 : (left - seconds[later]) / (before - seconds[later]);
        if (later > 0)
        {
            figures[later - 1] = share * value;
        }

        if (later < seconds.Length)
        {
            figures[later] = (1 - share) * value;
        }
    }
}
