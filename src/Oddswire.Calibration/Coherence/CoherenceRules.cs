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
    private static readonly LadderRules Spreads = new("spread");
    private static readonly LadderRules Totals = new("total");
    private static readonly LadderRules TeamTotals = new("team total");

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
            log.AtMost("a game that must have a winner has no tie", solved.Result().Push.Value, 0);
        }
    }

    private void CheckScope(MarketScope scope)
    {
        var points = _state.PointsIn(scope)!.Value;
        var mean = _solved.Mean(scope);
        var result = Sound(_solved.Result(scope), book.Of(MarketType.Moneyline, scope), book.Of(MarketType.ThreeWay, scope));
        var level = _solved.Spread(default, scope);
        log.Equal("the winner is the spread of zero", result.Over.Value, level.Over.Value);
        log.Equal("the tie is the push of the spread of zero", result.Push.Value, level.Push.Value);

        var spread = Whole(mean.AwayHundredths - mean.HomeHundredths);
        var total = Whole(mean.HomeHundredths + mean.AwayHundredths);
        CheckLadder(Spreads, book.Of(MarketType.Spread, scope), spread, line => _solved.Spread(line, scope), rises: true);
        CheckLadder(Totals, book.Of(MarketType.Total, scope), total, line => _solved.Total(line, scope), rises: false);
        for (var side = Side.Home; side <= Side.Away; side++)
        {
            var team = side;
            var expected = Whole(side == Side.Home ? mean.HomeHundredths : mean.AwayHundredths);
            var (own, other) = side == Side.Home ? (points.Home, points.Away) : (points.Away, points.Home);
            CheckLadder(TeamTotals, book.Of(MarketType.TeamTotal, scope), expected, line => _solved.TeamTotal(team, line, scope), rises: false);
            log.Equal("points scored are certain", _solved.TeamTotal(side, Half(own - 1), scope).Over.Value, 1);
            for (var n = Math.Max(own, expected - Reach); n <= expected + Reach; n += 3)
            {
                var over = _solved.TeamTotal(side, Half(n), scope).Over.Value;
                log.AtMost("a team's points are part of the total", over, _solved.Total(Half(n + other), scope).Over.Value);
                var margin = n - other;
                var ahead = _solved.Spread(side == Side.Home ? Half(-margin - 1) : Half(margin), scope);
                log.AtMost("who leads by n has n points", side == Side.Home ? ahead.Over.Value : ahead.Under.Value, over);
            }
        }

        log.Equal("points scored are certain", _solved.Total(Half(points.Total - 1), scope).Over.Value, 1);
        var (home, away) = (Whole(mean.HomeHundredths), Whole(mean.AwayHundredths));
        log.AtMost(
            "the total is over only if a team is",
            _solved.Total(Half(home + away + 1), scope).Over.Value,
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
            log.AtMost(rules.Monotone, low.Over.Value, high.Over.Value);

            // A whole line wins, pushes or loses exactly where the half lines around it turn.
            log.Equal(rules.Whole, whole.Over.Value, rises ? before.Over.Value : half.Over.Value);
            log.Equal(rules.Push, whole.Over.Value + whole.Push.Value, rises ? half.Over.Value : before.Over.Value);
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
            Compare("total of a part and of the whole", inPart, inWhole, isRest);
            var home = Whole(mean.HomeHundredths) + n;
            Compare(
                "team total of a part and of the whole",
                _solved.TeamTotal(Side.Home, Half(home), part).Over.Value,
                _solved.TeamTotal(Side.Home, Half(home + all.Home - some.Home), whole).Over.Value,
                isRest);
            if (isRest)
            {
                var line = Whole(mean.AwayHundredths - mean.HomeHundredths) + n;
                log.Equal(
                    "spread of the last part and of the whole",
                    _solved.Spread(Half(line), part).Over.Value,
                    _solved.Spread(Half(line - all.Margin + some.Margin), whole).Over.Value);
            }
        }
    }

    private void Compare(string rule, double part, double whole, bool isRest)
    {
        if (isRest)
        {
            log.Equal(rule, part, whole);
        }
        else
        {
            log.AtMost(rule, part, whole);
        }
    }

    private void CheckNextScore(League league)
    {
        if (_solved.NextScore() is not { } next || _state.Sheet.IsTryDue)
        {
            return;
        }

        Sound(next, book.Of(MarketType.NextScore, MarketScope.FullGame));
        log.Equal("nobody scores where the total stays", next.Push.Value, _solved.Total(Half(_state.Score.Total)).Under.Value);
        log.AtMost("who scores next scores", next.Over.Value, _solved.TeamTotal(Side.Home, Half(_state.Score.Home)).Over.Value);
        log.AtMost("who scores next scores", next.Under.Value, _solved.TeamTotal(Side.Away, Half(_state.Score.Away)).Over.Value);
        if (league == League.Nfl && _solved.DriveResult() is { } drive && _state.Possession is { } side)
        {
            log.AtMost("a drive that scores is the next score", drive.Over.Value + drive.Push.Value, side == Side.Home ? next.Over.Value : next.Under.Value);
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
            log.AtMost("who wins a race has the points", race.Over.Value, home);
            log.AtMost("who wins a race has the points", race.Under.Value, away);
            log.AtMost("a race that a team could win is won", Math.Max(home, away), race.Over.Value + race.Under.Value);
            log.AtMost("a longer race is less often finished", neitherBefore, race.Push.Value);
            neitherBefore = race.Push.Value;
            if (_state.Sheet.TryFirstTo(n, out var winner) && winner is { } won)
            {
                log.Equal("a race that is won is certain", won == Side.Home ? race.Over.Value : race.Under.Value, 1);
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
        log.AtMost("a touchdown is six points", drive.Over.Value, _solved.TeamTotal(side, Half(points + 5)).Over.Value);
        log.AtMost("a drive that scores is three points", drive.Over.Value + drive.Push.Value, _solved.TeamTotal(side, Half(points + 2)).Over.Value);
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
            log.AtMost("half-inning: ladder is monotone", over, before);
            log.AtMost("runs of a half-inning are the team's", over, _solved.TeamTotal(side, Half(points - (runs ?? 0) + n)).Over.Value);
            before = over;
        }
    }

    /// <summary>Whether chances sum to one, and no price that is made of them is better than fair.</summary>
    private Split Sound(Split split, MarketOffer? twoWay, MarketOffer? threeWay = null)
    {
        log.Equal("the ways to end sum to one", split.Over.Value + split.Push.Value + split.Under.Value, 1);
        if (twoWay is not null && twoWay.Type is not (MarketType.NextScore or MarketType.RaceTo or MarketType.DriveResult))
        {
            var first = split.TwoWay;
            Priced(twoWay, [first, first.Complement]);
        }
        else if (twoWay is not null)
        {
            Priced(twoWay, [split.Over, split.Push, split.Under]);
        }

        if (threeWay is not null)
        {
            Priced(threeWay, [split.Over, split.Push, split.Under]);
        }

        return split;
    }

    private void Priced(MarketOffer offer, Span<Chance> chances)
    {
        Span<Chance> implied = stackalloc Chance[chances.Length];
        chances.CopyTo(implied);
        Span<DecimalOdds> prices = stackalloc DecimalOdds[chances.Length];
        if (!OfferPricing.TryPrice(book, offer.Margin, implied, prices))
        {
            return;
        }

        for (var i = 0; i < prices.Length; i++)
        {
            log.AtMost("no price is better than fair", chances[i].Value * prices[i].Thousandths / 1000, 1);
        }
    }

    /// <summary>The rules of a ladder, by name.</summary>
    private sealed class LadderRules(string name)
    {
        public string Monotone { get; } = $"{name}: ladder is monotone";

        public string Whole { get; } = $"{name}: over a whole line is over the half line beyond it";

        public string Push { get; } = $"{name}: the push is between two half lines";
    }

    private static Line Half(int below) => new((below * 100) + 50);

    private static int Whole(int hundredths) => (int)Math.Round(hundredths / 100.0);
}
