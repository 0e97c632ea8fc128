using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Calibration.Coherence;

/// <summary>
/// What must hold between any two markets of a state, whatever the model. A pair breaks the rules where one of them pays in every case in which the other
/// does and yet is the less likely: then buying one and selling the other cannot lose.
/// </summary>
/// <param name="log">Takes what was checked and what failed.</param>
/// <param name="book">The margins and limits that prices are made with.</param>
internal sealed class CoherenceRules(CoherenceLog log, LeagueBook book)
{
    private const int Reach = 12;
    private const int PricedReach = 3;
    private readonly LadderRules _spreads = new(log, "spread");
    private readonly LadderRules _totals = new(log, "total");
    private readonly LadderRules _teamTotals = new(log, "team total");
    private readonly CoherenceCheck _gameMustHaveWinnerNoTie = log.Rule("a game that must have a winner has no tie");
    private readonly CoherenceCheck _winnerSpreadZero = log.Rule("the winner is the spread of zero");
    private readonly CoherenceCheck _tiePushSpreadZero = log.Rule("the tie is the push of the spread of zero");
    private readonly CoherenceCheck _pointsScoredCertain = log.Rule("points scored are certain");
    private readonly CoherenceCheck _teamsPointsPartTotal = log.Rule("a team's points are part of the total");
    private readonly CoherenceCheck _whoLeadsByNNPoints = log.Rule("who leads by n has n points");
    private readonly CoherenceCheck _totalOverOnlyIfTeam = log.Rule("the total is over only if a team is");
    private readonly CoherenceCheck _totalPartWhole = log.Rule("total of a part and of the whole");
    private readonly CoherenceCheck _teamTotalPartWhole = log.Rule("team total of a part and of the whole");
    private readonly CoherenceCheck _spreadLastPartWhole = log.Rule("spread of the last part and of the whole");
    private readonly CoherenceCheck _nobodyScoresWhereTotalStays = log.Rule("nobody scores where the total stays");
    private readonly CoherenceCheck _whoScoresNextScores = log.Rule("who scores next scores");
    private readonly CoherenceCheck _driveScoresNextScore = log.Rule("a drive that scores is the next score");
    private readonly CoherenceCheck _whoWinsRacePoints = log.Rule("who wins a race has the points");
    private readonly CoherenceCheck _raceTeamCouldWinWon = log.Rule("a race that a team could win is won");
    private readonly CoherenceCheck _longerRaceLessOftenFinished = log.Rule("a longer race is less often finished");
    private readonly CoherenceCheck _raceWonCertain = log.Rule("a race that is won is certain");
    private readonly CoherenceCheck _touchdownSixPoints = log.Rule("a touchdown is six points");
    private readonly CoherenceCheck _driveScoresThreePoints = log.Rule("a drive that scores is three points");
    private readonly CoherenceCheck _halfinningLadderMonotone = log.Rule("half-inning: ladder is monotone");
    private readonly CoherenceCheck _runsHalfinningTeams = log.Rule("runs of a half-inning are the team's");
    private readonly CoherenceCheck _waysEndSumOne = log.Rule("the ways to end sum to one");
    private readonly CoherenceCheck _noPriceBetterThanFair = log.Rule("no price is better than fair");

    private readonly Dictionary<MarketOffer, PriceSteps> _steps = new(ReferenceEqualityComparer.Instance);
    private IOutcomeDistribution _solved = null!;
    private GameState _state = null!;

    /// <summary>Checks every rule that needs one solution only.</summary>
    public void Check(IOutcomeDistribution solved, GameState state, GameInfo info, League league)
    {
        (_solved, _state) = (solved, state);
        foreach (var scope in MarketScopes.Of(league))
        {
            if (!solved.Covers(scope))
            {
                continue;
            }

            CheckScope(scope);
            foreach (var part in MarketScopes.Of(league))
            {
                CheckParts(scope, part);
            }
        }

        CheckNextScore(league);
        CheckRaces(league);
        CheckDrive();
        CheckHalfInning();
        if (info.MustHaveWinner)
        {
            _gameMustHaveWinnerNoTie.AtMost(solved.Result().Push.Value, 0);
        }
    }

    private void CheckScope(MarketScope scope)
    {
        var points = _state.PointsIn(scope)!.Value;
        var mean = _solved.Mean(scope);
        var result = Sound(_solved.Result(scope), book.Of(MarketType.Moneyline, scope), book.Of(MarketType.ThreeWay, scope));
        var level = _solved.Spread(default, scope);
        _winnerSpreadZero.Equal(result.Over.Value, level.Over.Value);
        _tiePushSpreadZero.Equal(result.Push.Value, level.Push.Value);

        var spread = Whole(mean.AwayHundredths - mean.HomeHundredths);
        var total = Whole(mean.HomeHundredths + mean.AwayHundredths);
        CheckLadder(_spreads, book.Of(MarketType.Spread, scope), spread, line => _solved.Spread(line, scope), rises: true);
        CheckLadder(_totals, book.Of(MarketType.Total, scope), total, line => _solved.Total(line, scope), rises: false);
        for (var side = Side.Home; side <= Side.Away; side++)
        {
            var team = side;
            var expected = Whole(side == Side.Home ? mean.HomeHundredths : mean.AwayHundredths);
            var (own, other) = side == Side.Home ? (points.Home, points.Away) : (points.Away, points.Home);
            CheckLadder(_teamTotals, book.Of(MarketType.TeamTotal, scope), expected, line => _solved.TeamTotal(team, line, scope), rises: false);
            _pointsScoredCertain.Equal(_solved.TeamTotal(side, Half(own - 1), scope).Over.Value, 1);
            for (var n = Math.Max(own, expected - Reach); n <= expected + Reach; n += 3)
            {
                var over = _solved.TeamTotal(side, Half(n), scope).Over.Value;
                _teamsPointsPartTotal.AtMost(over, _solved.Total(Half(n + other), scope).Over.Value);
                var margin = n - other;
                var ahead = _solved.Spread(side == Side.Home ? Half(-margin - 1) : Half(margin), scope);
                _whoLeadsByNNPoints.AtMost(side == Side.Home ? ahead.Over.Value : ahead.Under.Value, over);
            }
        }

        _pointsScoredCertain.Equal(_solved.Total(Half(points.Total - 1), scope).Over.Value, 1);
        var (home, away) = (Whole(mean.HomeHundredths), Whole(mean.AwayHundredths));
        _totalOverOnlyIfTeam.AtMost(_solved.Total(Half(home + away + 1), scope).Over.Value,
            _solved.TeamTotal(Side.Home, Half(home), scope).Over.Value + _solved.TeamTotal(Side.Away, Half(away), scope).Over.Value);
    }

    private void CheckLadder(LadderRules rules, MarketOffer? offer, int middle, Func<Line, Split> read, bool rises)
    {
        var before = Sound(read(Half(middle - Reach - 1)), null);
        for (var n = middle - Reach; n <= middle + Reach; n++)
        {
            // Prices are made around the middle, where lines are offered.
            var priced = Math.Abs(n - middle) <= PricedReach ? offer : null;
            var whole = Sound(read(new Line(n * 100)), priced);
            var half = Sound(read(Half(n)), priced);
            var (low, high) = rises ? (before, half) : (half, before);
            rules.Monotone.AtMost(low.Over.Value, high.Over.Value);

            // A whole line wins, pushes or loses exactly where the half lines around it turn.
            rules.Whole.Equal(whole.Over.Value, rises ? before.Over.Value : half.Over.Value);
            rules.Push.Equal(whole.Over.Value + whole.Push.Value, rises ? half.Over.Value : before.Over.Value);
            before = half;
        }
    }

    private void CheckParts(MarketScope whole, MarketScope part)
    {
        var (from, to) = (whole.Periods(), part.Periods());
        if (whole == part || !_solved.Covers(part) || to.First < from.First || to.Last > from.Last)
        {
            return;
        }

        var (all, some) = (_state.PointsIn(whole)!.Value, _state.PointsIn(part)!.Value);
        var mean = _solved.Mean(part);
        var isRest = to.Last == from.Last && (to.First == from.First || _state.Period >= to.First);
        for (var n = -6; n <= 6; n += 2)
        {
            var total = Whole(mean.HomeHundredths + mean.AwayHundredths) + n;
            var (inPart, inWhole) = (_solved.Total(Half(total), part).Over.Value, _solved.Total(Half(total + all.Total - some.Total), whole).Over.Value);
            Compare(_totalPartWhole, inPart, inWhole, isRest);
            var home = Whole(mean.HomeHundredths) + n;
            Compare(_teamTotalPartWhole, _solved.TeamTotal(Side.Home, Half(home), part).Over.Value,
                _solved.TeamTotal(Side.Home, Half(home + all.Home - some.Home), whole).Over.Value,
                isRest);
            if (isRest)
            {
                var line = Whole(mean.AwayHundredths - mean.HomeHundredths) + n;
                _spreadLastPartWhole.Equal(_solved.Spread(Half(line), part).Over.Value,
                    _solved.Spread(Half(line - all.Margin + some.Margin), whole).Over.Value);
            }
        }
    }

    private static void Compare(CoherenceCheck rule, double part, double whole, bool isRest)
    {
        if (isRest)
        {
            rule.Equal(part, whole);
        }
        else
        {
            rule.AtMost(part, whole);
        }
    }

    private void CheckNextScore(League league)
    {
        if (_solved.NextScore() is not { } next || _state.IsTryDue)
        {
            return;
        }

        Sound(next, book.Of(MarketType.NextScore, MarketScope.FullGame));
        _nobodyScoresWhereTotalStays.Equal(next.Push.Value, _solved.Total(Half(_state.Score.Total)).Under.Value);
        _whoScoresNextScores.AtMost(next.Over.Value, _solved.TeamTotal(Side.Home, Half(_state.Score.Home)).Over.Value);
        _whoScoresNextScores.AtMost(next.Under.Value, _solved.TeamTotal(Side.Away, Half(_state.Score.Away)).Over.Value);
        if (league == League.Nfl && _solved.DriveResult() is { } drive && _state.Possession is { } side)
        {
            _driveScoresNextScore.AtMost(drive.Over.Value + drive.Push.Value, side == Side.Home ? next.Over.Value : next.Under.Value);
        }
    }

    private void CheckRaces(League league)
    {
        var step = league switch { League.Nfl => 5, League.Nba => 20, _ => 1 };
        var neitherBefore = 0.0;
        for (var n = step; n <= 6 * step; n += step)
        {
            if (_solved.RaceTo(n) is not { } race)
            {
                return;
            }

            Sound(race, book.Of(MarketType.RaceTo, MarketScope.FullGame));
            var home = _solved.TeamTotal(Side.Home, Half(n - 1)).Over.Value;
            var away = _solved.TeamTotal(Side.Away, Half(n - 1)).Over.Value;
            _whoWinsRacePoints.AtMost(race.Over.Value, home);
            _whoWinsRacePoints.AtMost(race.Under.Value, away);
            _raceTeamCouldWinWon.AtMost(Math.Max(home, away), race.Over.Value + race.Under.Value);
            _longerRaceLessOftenFinished.AtMost(neitherBefore, race.Push.Value);
            neitherBefore = race.Push.Value;
            if (_state.Sheet.TryFirstTo(n, out var winner) && winner is { } won)
            {
                _raceWonCertain.Equal(won == Side.Home ? race.Over.Value : race.Under.Value, 1);
            }
        }
    }

    private void CheckDrive()
    {
        if (_solved.DriveResult() is not { } drive || _state.Possession is not { } side)
        {
            return;
        }

        Sound(drive, book.Of(MarketType.DriveResult, MarketScope.FullGame));
        var points = side == Side.Home ? _state.Score.Home : _state.Score.Away;
        _touchdownSixPoints.AtMost(drive.Over.Value, _solved.TeamTotal(side, Half(points + 5)).Over.Value);
        _driveScoresThreePoints.AtMost(drive.Over.Value + drive.Push.Value, _solved.TeamTotal(side, Half(points + 2)).Over.Value);
    }

    private void CheckHalfInning()
    {
        if (_solved.HalfInningRuns(Half(0)) is null || _state.Possession is not { } side)
        {
            return;
        }

        var (runs, _) = _state.Sheet.HalfInning(_state.Sheet.HalfInnings + 1);
        var points = side == Side.Home ? _state.Score.Home : _state.Score.Away;
        var before = 1.0;
        for (var n = 0; n <= 4; n++)
        {
            var over = Sound(_solved.HalfInningRuns(Half(n))!.Value, book.Of(MarketType.HalfInningRuns, MarketScope.FullGame)).Over.Value;
            _halfinningLadderMonotone.AtMost(over, before);
            _runsHalfinningTeams.AtMost(over, _solved.TeamTotal(side, Half(points - (runs ?? 0) + n)).Over.Value);
            before = over;
        }
    }

    /// <summary>Whether chances sum to one, and no price that is made of them is better than fair.</summary>
    private Split Sound(Split split, MarketOffer? twoWay, MarketOffer? threeWay = null)
    {
        _waysEndSumOne.Equal(split.Over.Value + split.Push.Value + split.Under.Value, 1);
        if (twoWay is not null && twoWay.Type is not (MarketType.NextScore or MarketType.RaceTo or MarketType.DriveResult))
        {
            Priced(StepsOf(twoWay).At(split.TwoWay), split.TwoWay);
        }
        else if (twoWay is not null)
        {
            PricedThreeWay(twoWay, split);
        }

        if (threeWay is not null)
        {
            PricedThreeWay(threeWay, split);
        }

        return split;
    }

    private void Priced(in PriceSteps.Prices prices, Chance first)
    {
        if (prices.IsOffered)
        {
            _noPriceBetterThanFair.AtMost(first.Value * prices.First.Thousandths / 1000, 1);
            _noPriceBetterThanFair.AtMost(first.Complement.Value * prices.Second.Thousandths / 1000, 1);
        }
    }

    private void PricedThreeWay(MarketOffer offer, Split split)
    {
        Span<Chance> implied = [split.Over, split.Push, split.Under];
        Span<DecimalOdds> prices = stackalloc DecimalOdds[3];
        if (!OfferPricing.TryPrice(book, offer.Margin, implied, prices))
        {
            return;
        }

        _noPriceBetterThanFair.AtMost(split.Over.Value * prices[0].Thousandths / 1000, 1);
        _noPriceBetterThanFair.AtMost(split.Push.Value * prices[1].Thousandths / 1000, 1);
        _noPriceBetterThanFair.AtMost(split.Under.Value * prices[2].Thousandths / 1000, 1);
    }

    private PriceSteps StepsOf(MarketOffer offer)
    {
        if (!_steps.TryGetValue(offer, out var steps))
        {
            _steps[offer] = steps = PriceSteps.Of(book, offer.Margin);
        }

        return steps;
    }

    /// <summary>The rules of a ladder, by name.</summary>
    private sealed class LadderRules(CoherenceLog log, string name)
    {
        public CoherenceCheck Monotone { get; } = log.Rule($"{name}: ladder is monotone");

        public CoherenceCheck Whole { get; } = log.Rule($"{name}: over a whole line is over the half line beyond it");

        public CoherenceCheck Push { get; } = log.Rule($"{name}: the push is between two half lines");
    }

    private static Line Half(int below) => new((below * 100) + 50);

    private static int Whole(int hundredths) => (int)Math.Round(hundredths / 100.0);
}
