using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// What the model says of a game: readings of <see cref="NflSolver"/>'s laws. Overtime counts for the whole game and the second half, not for the fourth
/// quarter. "Nobody" scores next when no points fall in the rest of the game, overtime included.
/// </summary>
public sealed class NflOutcome : IOutcomeDistribution
{
    // Of the scores of an average team, the share that are touchdowns; for who comes to a number of points first.
    private const double TouchdownShare = 0.61;

    private readonly NflSolver _solver;
    private const int Stride = ScoreLaw.Points + 1;
    private readonly double[] _race = new double[Stride * Stride];

    private readonly double[] _ends = new double[DriveModel.Results];
    private bool _hasEnds;
    private Split? _drive;
    private Split? _next;
    private double _homeNext;
    private (int Home, int Away) _raced;

    internal NflOutcome(NflSolver solver) => _solver = solver;

    /// <summary>Forgets what was worked out for the state before.</summary>
    internal void Begin() => (_hasEnds, _homeNext, _raced, _drive, _next) = (false, double.NaN, (-1, -1), null, null);

    /// <inheritdoc/>
    public bool Covers(MarketScope scope) => _solver.Law(scope) is not null;

    /// <inheritdoc/>
    public Split Result(MarketScope scope = MarketScope.FullGame) => Law(scope).Result();

    /// <inheritdoc/>
    public Split Spread(Line homeHandicap, MarketScope scope = MarketScope.FullGame) => Law(scope).Spread(homeHandicap);

    /// <inheritdoc/>
    public Split Total(Line line, MarketScope scope = MarketScope.FullGame) => Law(scope).Total(line);

    /// <inheritdoc/>
    public Split TeamTotal(Side side, Line line, MarketScope scope = MarketScope.FullGame) => Law(scope).TeamTotal(side, line);

    /// <inheritdoc/>
    public (int HomeHundredths, int AwayHundredths) Mean(MarketScope scope = MarketScope.FullGame)
    {
        var (home, away) = Law(scope).Mean();
        return ((int)Math.Round(home * 100), (int)Math.Round(away * 100));
    }

    /// <inheritdoc/>
    public Split? NextScore() => _next ??= WorkOutNextScore();

    private Split WorkOutNextScore()
    {
        // Within what the laws of points leave open: who alone scores scores next, and so does a drive that brings points.
        var law = _solver.Whole;
        var nobody = law.Exactly(0, 0);
        var (homeScores, awayScores, both) = law.AtLeast(1, 1, _solver.Position.IsHomeFirst);
        var (onlyHome, onlyAway) = (Math.Max(0, homeScores - both), Math.Max(0, awayScores - both));
        if (DriveResult() is { } drive)
        {
            var scores = drive.Over.Value + drive.Push.Value;
            (onlyHome, onlyAway) = _solver.Position.IsHomeFirst ? (Math.Max(onlyHome, scores), onlyAway) : (onlyHome, Math.Max(onlyAway, scores));
        }

        var most = Math.Max(onlyHome, 1 - nobody - onlyAway);
        var next = Math.Clamp(HomeShareOfNext() * (1 - nobody), onlyHome, most);
        return new Split(Chance.Of(next), Chance.Of(nobody), Chance.Of(Math.Max(0, 1 - nobody - next)));
    }

    /// <inheritdoc/>
    public Split? RaceTo(int points)
    {
        var state = _solver.State;
        if (!state.Sheet.TryFirstTo(points, out var first))
        {
            return null;
        }

        if (first is { } side)
        {
            return side == Side.Home ? Split.Of(1, 0) : Split.Of(0, 1);
        }

        var (home, away) = (points - state.Score.Home, points - state.Score.Away);
        if (home <= 0 || away <= 0)
        {
            return null;
        }

        var (homeReaches, awayReaches, both) = _solver.Whole.AtLeast(home, away, _solver.Position.IsHomeFirst);
        var share = HomeFirst(home, away, HomeShareOfNext());
        var over = homeReaches - both + (both * share);
        return Split.Of(over, Math.Min(1 - over, awayReaches - both + (both * (1 - share))));
    }

    /// <inheritdoc/>
    public Split? DriveResult() => _solver.Position.Play is null ? null : _drive ??= WorkOutDrive();

    private Split WorkOutDrive()
    {
        // No likelier than that the team comes to six points more, or to three.
        var ends = Ends();
        var isHome = _solver.Position.IsHomeFirst;
        var (six, awaySix, _) = _solver.Whole.AtLeast(6, 6, isHome);
        var (three, awayThree, _) = _solver.Whole.AtLeast(3, 3, isHome);
        var touchdown = Math.Min(ends[DriveModel.Touchdown], isHome ? six : awaySix);
        var fieldGoal = Math.Min(ends[DriveModel.FieldGoal], Math.Max(0, (isHome ? three : awayThree) - touchdown));
        return new Split(Chance.Of(touchdown), Chance.Of(fieldGoal), Chance.Of(1 - touchdown - fieldGoal));
    }

    /// <inheritdoc/>
    public Split? HalfInningRuns(Line line) => null;

    /// <summary>Expected margin and total with their standard deviations, for predictions; not for the hot path.</summary>
    internal (double Margin, double MarginSd, double Total, double TotalSd) Moments()
    {
        var law = _solver.Whole;
        var (home, away) = law.Mean();
        return (home - away, law.MarginMoments().Sd, home + away, law.TotalSd());
    }

    private ScoreLaw Law(MarketScope scope) => _solver.Law(scope)
        ?? throw new ArgumentOutOfRangeException(nameof(scope), scope, "The model does not cover this scope in this state; ask Covers first.");

    private ReadOnlySpan<double> Ends()
    {
        if (!_hasEnds)
        {
            _solver.EndsWithStrength(_ends);
            _hasEnds = true;
        }

        return _ends;
    }

    /// <summary>Home's share of the next score, given that there is one: this drive's ends, then drives in turn.</summary>
    private double HomeShareOfNext()
    {
        if (!double.IsNaN(_homeNext))
        {
            return _homeNext;
        }

        var position = _solver.Position;
        Span<double> scratch = stackalloc double[DriveModel.Results];
        var (own, other) = (_solver.ScoringOf(isFirst: true, scratch), _solver.ScoringOf(isFirst: false, scratch));

        // Chance that the team about to have the ball scores before the other one does.
        var otherFirst = other / (other + ((1 - other) * own));
        double first;
        if (position.Play is null)
        {
            var ownFirst = own / (own + ((1 - own) * other));
            first = position.IsPossessionKnown ? ownFirst : (ownFirst + 1 - otherFirst) / 2;
        }
        else
        {
            var ends = Ends();
            first = ends[DriveModel.Touchdown] + ends[DriveModel.FieldGoal]
                + ((ends[DriveModel.NoPoints] + ends[DriveModel.HalfEnds]) * (1 - otherFirst));
        }

        return _homeNext = position.IsHomeFirst ? first : 1 - first;
    }

    /// <summary>Chance that home scores so many more points before away scores its number, each score being home's with the same chance.</summary>
    private double HomeFirst(int home, int away, double share)
    {
        // A longer race goes on from the table of the shorter one.
        var (h0, a0) = _raced;
        for (var h = 0; h <= home; h++)
        {
            for (var a = h <= h0 ? a0 + 1 : 0; a <= away; a++)
            {
                _race[(h * Stride) + a] = h == 0 ? 1 : a == 0 ? 0 : (share * ByHome(h, a)) + ((1 - share) * ByAway(h, a));
            }
        }

        _raced = home >= h0 && away >= a0 ? (home, away) : _raced;
        return _race[(home * Stride) + away];
    }

    private double ByHome(int home, int away) =>
        (TouchdownShare * _race[(Math.Max(0, home - 7) * Stride) + away]) + ((1 - TouchdownShare) * _race[(Math.Max(0, home - 3) * Stride) + away]);

    private double ByAway(int home, int away) =>
        (TouchdownShare * _race[(home * Stride) + Math.Max(0, away - 7)]) + ((1 - TouchdownShare) * _race[(home * Stride) + Math.Max(0, away - 3)]);
}
