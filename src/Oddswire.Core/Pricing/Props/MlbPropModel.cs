using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Props;

/// <summary>
/// Baseball: a batter's hits, bases and home runs follow from the law of how often he still bats (his place in the order, the outs his team has left, and
/// whether he stays in) and the law of one turn. A starting pitcher's strikeouts are a count over the batters he is still expected to face.
/// </summary>
public sealed class MlbPropModel : PropModel
{
    private const int MostTurns = 7;
    private const int MostTeamTurns = 72;
    private const int OrderSize = 9;
    private const double ExtraOuts = 4.2;
    private const double TypicalRunsAnOut = 4.7 / 27;
    private const double TripleShare = 0.022;
    private const double OutsATurn = 0.69;
    private readonly double[][] _moreThan = [new double[MostTeamTurns + 1], new double[MostTeamTurns + 1]];
    private readonly double[] _other = new double[MostTeamTurns + 1];
    private readonly double[] _outs = new double[2];
    private readonly double _leaves;
    private readonly double _battingLate;
    private readonly double _battingStrength;
    private readonly double _turnsStrength;
    private readonly double _turnsWithoutOut;
    private readonly double _turnsSize;
    private double _tied;
    private readonly double[] _turns = new double[MostTurns + 1];
    private readonly double[] _law = new double[(4 * MostTurns) + 1];
    private readonly double[] _sum = new double[(4 * MostTurns) + 1];
    private readonly double[] _next = new double[(4 * MostTurns) + 1];

    /// <summary>A model.</summary>
    public MlbPropModel(PropParameters parameters, PlayerBook book)
        : base(parameters, book)
    {
        (_leaves, _battingStrength, _battingLate) = (parameters.Figure("leaves"), parameters.Figure("batting_strength"), parameters.Figure("batting_late"));
        (_turnsStrength, _turnsWithoutOut, _turnsSize) =
            (parameters.Figure("turns_strength"), parameters.Figure("turns_without_out"), parameters.Figure("turns_size"));
    }

    /// <summary>Outs a side is expected to have left at bat.</summary>
    public double OutsLeft(Side side) => _outs[(int)side];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> FeatureNames { get; } =
    [
        "the league's level", "his turn", "", "innings gone", "runs behind", "a great lead", "hits above the usual", "runs expected of the opponents",
        "batters faced against his usual", "the same squared", "the game not having begun",
    ];

    /// <inheritdoc/>
    public override double Usage(PlayerLine line) =>
        line.Slot is >= 1 and <= 9 ? 100 - line.Slot - (line.IsGone ? 50 : 0)
        : line.IsStartingPitcher ? 120
        : 0;

    /// <inheritdoc/>
    public override bool Offers(PlayerLine line, PlayerStatistic statistic) => statistic == PlayerStatistic.Strikeouts
        ? line.IsStartingPitcher && Prior[PlayerStatistic.BattersFaced] > 8
        : line.Slot is >= 1 and <= 9 && Prior[PlayerStatistic.Hits] > 0.12 && !(line.IsPitcher && line[PlayerStatistic.Hits] == 0);

    /// <inheritdoc/>
    protected override GameView ViewOf(GameState state, GameInfo info, IOutcomeDistribution solved)
    {
        var (home, away) = solved.Mean();
        var homeLeft = Math.Max(0, (home / 100.0) - state.Score.Home);
        var awayLeft = Math.Max(0, (away / 100.0) - state.Score.Away);
        var innings = Math.Max(1, info.RegulationPeriods);
        var inning = Math.Max(1, state.Period);
        var last = Math.Max(innings, inning);
        var first = info.HomeBatsFirst ? Side.Home : Side.Away;
        var second = first == Side.Home ? Side.Away : Side.Home;
        var isBottom = state.Period > 0 && state.Possession == second;
        var outs = Math.Min(3, state.Baseball?.Outs ?? 0);
        _outs[(int)first] = isBottom ? 3 * (last - inning) : (3 * (last - inning)) + 3 - outs;
        double bottomOuts = isBottom ? (3 * (last - inning)) + 3 - outs : 3 * (last - inning + 1);
        if (!(isBottom && inning == last))
        {
            // The last bottom half is not played when the side that bats second leads before it.
            double topsLeft = _outs[(int)first] / 3, bottomsLeft = (bottomOuts / 3.0) - 1;
            var lead = state.Score.Margin + ((homeLeft - awayLeft) * (topsLeft + bottomsLeft) / Math.Max(1, topsLeft + bottomsLeft + 1));
            lead = second == Side.Home ? lead : -lead;
            bottomOuts -= 3 * Normal((lead - 0.5) / Math.Sqrt(0.3 + (1.15 * (topsLeft + bottomsLeft))));
        }

        _outs[(int)second] = bottomOuts;
        var spread = 0.1 + (1.15 * (_outs[0] + _outs[1]) / 3);
        var expectedLead = state.Score.Margin + homeLeft - awayLeft;
        _tied = Math.Min(0.9, Math.Exp(-expectedLead * expectedLead / (2 * spread)) / Math.Sqrt(2 * Math.PI * spread));
        double whole = 3 * innings;
        var elapsed = Math.Min(1.5, ((2 * (inning - 1)) + (isBottom ? 1 : 0) + (outs / 3.0)) / (2.0 * innings));
        return new GameView(state.Period == 0 ? 0 : elapsed, (_outs[0] + _outs[1]) / (2 * whole), state.Score.Margin, homeLeft, awayLeft);

        static double Normal(double z) => 1 / (1 + Math.Exp(-1.702 * z));
    }

    /// <inheritdoc/>
    protected override void Begin(GameState state, GameInfo info, BoxScore box)
    {
        FillTeam(_outs[0], _tied, View.PointsLeft(Side.Home), _moreThan[0]);
        FillTeam(_outs[1], _tied, View.PointsLeft(Side.Away), _moreThan[1]);
    }

    /// <inheritdoc/>
    protected override void Describe(PlayerLine line, BoxScore box, Span<double> features)
    {
        var side = line.Side ?? Side.Home;
        var opponents = side == Side.Home ? Side.Away : Side.Home;
        features[0] = 1;
        if (line.Slot is >= 1 and <= 9)
        {
            var next = box.Team(side, PlayerStatistic.PlateAppearances) % OrderSize;
            features[1] = (line.Slot - 1 - next + OrderSize) % OrderSize;
            FillTurns(_moreThan[(int)side], (int)features[1], _outs[(int)side], View.Elapsed);
        }

        if (line.IsPitcher)
        {
            var share = line[PlayerStatistic.BattersFaced] / Math.Max(8, Prior[PlayerStatistic.BattersFaced]);
            features[3] = View.Elapsed;
            features[8] = share;
            features[9] = share * share;
            features[10] = View.Elapsed == 0 ? 1 : 0;
            features[4] = Math.Max(0, -View.Lead(side)) * View.Elapsed / 4;
            features[5] = Math.Max(0, View.Lead(side) - 4) / 4.0;
            features[6] = box.Team(opponents, PlayerStatistic.Hits) - (0.23 * box.Team(opponents, PlayerStatistic.PlateAppearances));
            features[7] = Math.Clamp(Math.Log(Math.Max(0.05, View.PointsLeft(opponents)) / Math.Max(0.05, TypicalRunsAnOut * _outs[(int)opponents])), -0.7, 0.7);
        }
    }

    /// <inheritdoc/>
    protected override void Fill(PlayerLine line, PlayerStatistic statistic, RestLaw law)
    {
        if (statistic == PlayerStatistic.Strikeouts)
        {
            FillStrikeouts(line, law);
        }
        else if (line.Side is { } side && line.Slot is >= 1 and <= 9)
        {
            FillBatting(TurnOf(line), statistic, law);
        }
        else
        {
            law.SetNothing();
        }
    }

    /// <summary>Batters a starting pitcher is expected to face yet, before other circumstances; falls smoothly towards none past his usual number.</summary>
    public static double BattersLeft(PropParameters parameters, PlayerPrior prior, PlayerLine line)
    {
        var width = parameters.Figure("batters_width");
        return width * Math.Log(1 + Math.Exp((prior[PlayerStatistic.BattersFaced] - line[PlayerStatistic.BattersFaced]) / width));
    }

    /// <summary>What the law of a batter's rest of the game depends on; of the player last looked at.</summary>
    public BattingTurn TurnOf(PlayerLine line)
    {
        var side = line.Side ?? Side.Home;
        return new BattingTurn(
            View.Elapsed, _outs[(int)side], _tied, View.PointsLeft(side), (int)Features[1], Prior[PlayerStatistic.Hits], Prior[PlayerStatistic.TotalBases], Prior[PlayerStatistic.HomeRuns]);
    }

    /// <summary>The law of what a batter will still add, from what it depends on.</summary>
    public void Batting(in BattingTurn turn, PlayerStatistic statistic, RestLaw law)
    {
        FillTeam(turn.OutsLeft, turn.Tied, turn.RunsLeft, _other);
        FillTurns(_other, turn.Before, turn.OutsLeft, turn.Elapsed);
        FillBatting(turn, statistic, law);
    }

    private void FillStrikeouts(PlayerLine line, RestLaw law)
    {
        if (line.IsRelieved)
        {
            law.SetNothing();
            return;
        }

        var count = Parameters.Counts[PlayerStatistic.Strikeouts];
        var batters = BattersLeft(Parameters, Prior, line);
        var mean = count.MeanOf(Prior[PlayerStatistic.Strikeouts], line[PlayerStatistic.Strikeouts], line[PlayerStatistic.BattersFaced], batters, Features);
        law.SetCount(mean, count.SizeOf(mean, View.Left));
    }

    /// <summary>The chance that a side has more than so many turns left: its outs, and a negative binomial number of turns without one.</summary>
    private void FillTeam(double outs, double tied, double runs, double[] table)
    {
        Array.Clear(table);
        var strength = Math.Pow(
            Math.Clamp(Math.Max(0.05, runs) / Math.Max(0.05, TypicalRunsAnOut * (outs + (tied * ExtraOuts))), 0.5, 2), _turnsStrength);
        AddTurns(outs, strength, 1 - tied, table);
        AddTurns(outs + ExtraOuts, strength, tied, table);
        double above = 1;
        for (var turns = 0; turns <= MostTeamTurns; turns++)
        {
            above -= table[turns];
            table[turns] = Math.Max(0, above);
        }
    }

    private void AddTurns(double outs, double strength, double weight, double[] table)
    {
        Span<double> extra = stackalloc double[MostTeamTurns];
        extra[0] = 1;
        var others = _turnsWithoutOut * strength * outs;
        var length = outs < 0.01 ? 1 : CountLaw.Fill(others, Math.Max(0.5, outs * _turnsSize), extra);

        // A share of an out stands for the chance that a half-inning is played.
        var whole = (int)outs;
        var part = outs - whole;
        for (var n = 0; n < length; n++)
        {
            table[Math.Min(MostTeamTurns, whole + n)] += weight * extra[n] * (1 - part);
            table[Math.Min(MostTeamTurns, whole + n + 1)] += weight * extra[n] * part;
        }
    }

    /// <summary>
    /// The law of a batter's turns left. Batters are replaced late: he stays in up to the share e of the game with chance exp(-h e⁴), and his turns come as outs are used up.
    /// </summary>
    private void FillTurns(double[] table, int gap, double outs, double elapsed)
    {
        double before = 1, now = elapsed * elapsed * elapsed * elapsed;
        for (var turn = 1; turn <= MostTurns; turn++)
        {
            var needed = gap + (OrderSize * (turn - 1));
            double reached = 0;
            if (needed <= MostTeamTurns && turn < MostTurns && table[needed] > 1e-9)
            {
                var then = Math.Min(1.2, elapsed + ((1 - Math.Min(1, elapsed)) * needed * OutsATurn / Math.Max(1, outs)));
                reached = table[needed] * Math.Exp(-_leaves * Math.Max(0, (then * then * then * then) - now));
            }

            _turns[turn - 1] = Math.Max(0, before - reached);
            before = Math.Min(before, reached);
        }

        _turns[MostTurns] = 0;
    }

    /// <summary>Sums the law of a turn over the turns.</summary>
    private void FillBatting(in BattingTurn batter, PlayerStatistic statistic, RestLaw law)
    {
        Span<double> turn = stackalloc double[5];
        var strength = Math.Clamp(Math.Log(Math.Max(0.05, batter.RunsLeft) / Math.Max(0.05, TypicalRunsAnOut * batter.OutsLeft)), -0.7, 0.7);
        var late = Math.Min(1, batter.Elapsed) - 0.5;
        TurnLaw(batter, statistic, Math.Exp((_battingStrength * strength) + (_battingLate * late)), turn);
        var most = statistic == PlayerStatistic.TotalBases ? 4 : 1;
        Array.Clear(_law);
        Array.Clear(_sum);
        _sum[0] = 1;
        double mean = 0;
        var last = MostTurns - 1;
        while (last > 0 && _turns[last] == 0)
        {
            last--;
        }

        for (var turns = 0; turns <= last; turns++)
        {
            var sum = _sum.AsSpan(0, (most * turns) + 1);
            for (var i = 0; i < sum.Length; i++)
            {
                var chance = _turns[turns] * sum[i];
                _law[i] += chance;
                mean += chance * i;
            }

            var next = _next.AsSpan(0, sum.Length + most);
            for (var i = 0; i < next.Length; i++)
            {
                double chance = 0;
                for (var j = Math.Min(most, i); j >= 0; j--)
                {
                    chance += (i - j < sum.Length ? sum[i - j] : 0) * turn[j];
                }

                next[i] = chance;
            }

            next.CopyTo(_sum);
        }

        law.SetCounts(_law.AsSpan(0, (most * (MostTurns - 1)) + 1), mean);
    }

    /// <summary>The law of one turn: of hits or home runs 0 or 1, of bases 0 to 4; doubles follow from hits, bases and home runs.</summary>
    private static void TurnLaw(in BattingTurn batter, PlayerStatistic statistic, double form, Span<double> turn)
    {
        var hits = Math.Min(0.6, batter.Hits * form);
        var homers = Math.Min(0.3, batter.HomeRuns * form);
        switch (statistic)
        {
            case PlayerStatistic.Hits:
                turn[1] = hits;
                break;
            case PlayerStatistic.HomeRuns:
                turn[1] = homers;
                break;
            default:
                var triples = TripleShare * hits;
                var bases = batter.Bases * form;
                var doubles = Math.Clamp(bases - hits - (2 * triples) - (3 * homers), 0, Math.Max(0, hits - triples - homers));
                (turn[2], turn[3], turn[4]) = (doubles, triples, homers);
                turn[1] = Math.Max(0, hits - doubles - triples - homers);
                break;
        }

        turn[0] = 1 - turn[1] - turn[2] - turn[3] - turn[4];
    }
}

/// <summary>What the law of a batter's rest of the game depends on.</summary>
/// <param name="Elapsed">Share of the game gone.</param>
/// <param name="OutsLeft">Outs his team is expected to have left.</param>
/// <param name="Tied">The chance that extra innings (one more, in them) are played.</param>
/// <param name="RunsLeft">Runs the joint model expects of his team from here.</param>
/// <param name="Before">Team-mates who bat before his next turn, 0 to 8.</param>
/// <param name="Hits">Hits a turn.</param>
/// <param name="Bases">Bases of hits a turn.</param>
/// <param name="HomeRuns">Home runs a turn.</param>
public readonly record struct BattingTurn(double Elapsed, double OutsLeft, double Tied, double RunsLeft, int Before, double Hits, double Bases, double HomeRuns);
