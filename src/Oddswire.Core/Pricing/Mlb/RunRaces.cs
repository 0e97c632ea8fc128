namespace Oddswire.Core.Pricing.Mlb;

/// <summary>
/// Which team has so many runs first, and who scores next, half-inning by half-inning: until the last half the teams are independent of each other, so that the
/// chance of getting there in one half-inning is that of the team's law after it less that after the half before, times the chance that the other
/// has not got there yet. Buffers are used again.
/// </summary>
internal sealed class RunRaces
{
    private const int MostSteps = 12;
    private const int Cells = TeamRuns.MaxRuns + 1;

    private readonly double[][] _first = [.. Enumerable.Range(0, MostSteps).Select(_ => new double[Cells])];
    private readonly double[][] _second = [.. Enumerable.Range(0, MostSteps).Select(_ => new double[Cells])];
    private int _firstFrom;
    private int _secondFrom;
    private int _firstSteps;
    private int _secondSteps;

    /// <summary>Takes up a state.</summary>
    public void Begin(TeamNow first, TeamNow second)
    {
        _firstSteps = first.Steps(_first);
        _secondSteps = second.Steps(_second);

        // The first row of a team whose turn has not come is nothing yet.
        (_firstFrom, _secondFrom) = (first.HasRest ? 0 : 1, second.HasRest ? 0 : 1);
    }

    /// <summary>Chances that the team batting first, and second, has its wanted runs to come before the other has its own.</summary>
    /// <param name="wanted">Runs still wanted of both, each at least 1.</param>
    /// <param name="isBottom">Whether the second team bats now.</param>
    /// <param name="final">The game's final runs, for its last half-inning and extra innings.</param>
    /// <param name="extras">Extra innings.</param>
    /// <param name="walkOffMargins">Chance that a walk-off wins by 1, 2, 3, 4.</param>
    public (double First, double Second) Race((int First, int Second) wanted, bool isBottom, FinalRuns final, ExtraInnings extras, double[] walkOffMargins)
    {
        double firstWins = 0, secondWins = 0, firstHas = 0, secondHas = 0;
        var (a, b) = (_firstFrom, _secondFrom);
        for (var firstBats = !isBottom; a < _firstSteps || b < _secondSteps - 1; firstBats = !firstBats)
        {
            if (firstBats && a < _firstSteps)
            {
                var has = AtLeast(_first[a++], wanted.First);
                firstWins += Math.Max(0, has - firstHas) * (1 - secondHas);
                firstHas = Math.Max(has, firstHas);
            }
            else if (!firstBats && b < _secondSteps - 1)
            {
                var has = AtLeast(_second[b++], wanted.Second);
                secondWins += Math.Max(0, has - secondHas) * (1 - firstHas);
                secondHas = Math.Max(has, secondHas);
            }
        }

        AddLast(wanted, final, extras, walkOffMargins, ref firstWins, ref secondWins);
        return (firstWins, secondWins);
    }

    /// <summary>Chances that the team batting first, and second, scores next.</summary>
    /// <param name="secondLead">The second team's lead.</param>
    /// <param name="isBottom">Whether the second team bats now.</param>
    /// <param name="extras">Extra innings.</param>
    public (double First, double Second) Next(int secondLead, bool isBottom, ExtraInnings extras)
    {
        double firstScores = 0, secondScores = 0, firstNone = 1, secondNone = 1;
        var (a, b) = (_firstFrom, _secondFrom);
        var secondHalves = secondLead > 0 ? _secondSteps - 1 : _secondSteps;
        for (var firstBats = !isBottom; a < _firstSteps || b < secondHalves; firstBats = !firstBats)
        {
            if (firstBats && a < _firstSteps)
            {
                var none = _first[a++][0];
                firstScores += (firstNone - none) * secondNone;
                firstNone = none;
            }
            else if (!firstBats && b < secondHalves)
            {
                var none = _second[b++][0];
                secondScores += (secondNone - none) * firstNone;
                secondNone = none;
            }
        }

        if (secondLead == 0)
        {
            var level = firstNone * secondNone;
            firstScores += level * extras.NextScore.First;
            secondScores += level * extras.NextScore.Second;
        }

        return (firstScores, secondScores);
    }

    // The last half-inning and what follows a tie: the first team's runs to come are then known not to be enough.
    private static void AddLast(
        (int First, int Second) wanted, FinalRuns final, ExtraInnings extras, double[] walkOffMargins, ref double firstWins, ref double secondWins)
    {
        for (var runs = 0; runs < wanted.First; runs++)
        {
            // Level with the first team, the second lacks as many runs as the first does.
            var lacking = wanted.First - runs;
            for (var by = Math.Max(lacking, 1); by <= walkOffMargins.Length; by++)
            {
                secondWins += final.WalkOffs[runs] * walkOffMargins[by - 1];
            }

            if (lacking <= ExtraInnings.MaxRuns)
            {
                firstWins += final.Ties[runs] * extras.FirstWinsRace[lacking];
                secondWins += final.Ties[runs] * extras.SecondWinsRace[lacking];
            }
        }
    }

    private static double AtLeast(ReadOnlySpan<double> law, int runs) => VectorMath.Sum(law[Math.Min(runs, Cells)..]);
}
