using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Props;

/// <summary>
/// Football: runs, completions and catches are counts whose rate a game is updated by what the player has done and how often he was thrown at or given the
/// ball, by the score (who leads runs), by what the joint model still expects of his team and by how long he has not been seen. Yards are those of that
/// many touches, each with the law of such a touch, stretched to the player's average. Touchdowns are a count as well.
/// </summary>
public sealed class NflPropModel : PropModel
{
    private const double TypicalPoints = 22.5;
    private const double PriorTouches = 3;
    private const double LateShare = 0.05;
    private const double LateExtra = 0.7;
    private readonly YardTable _runs;
    private readonly YardTable _catches;

    // Of all players of a side, and of all.
    private readonly double[] _pointsExpected = new double[2];
    private double _lateToCome;

    /// <summary>A model.</summary>
    public NflPropModel(PropParameters parameters, PlayerBook book)
        : base(parameters, book)
    {
        _runs = parameters.Runs;
        _catches = parameters.Catches;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> FeatureNames { get; } =
    [
        "the league's level", "points expected of his team", "passes thrown against those expected", "runs against those expected", "throws to him against those expected",
        "the lead", "plays since he was last seen", "time gone", "his share of the team's passes", "the game not having begun", "the last minutes of halves to come",
    ];

    /// <inheritdoc/>
    public override double Usage(PlayerLine line)
    {
        var prior = Book.Of(line);
        return (2 * (line[PlayerStatistic.PassAttempts] + line[PlayerStatistic.RushAttempts] + line[PlayerStatistic.Targets] + line[PlayerStatistic.Receptions]))
            + prior[PlayerStatistic.PassAttempts] + prior[PlayerStatistic.RushAttempts] + prior[PlayerStatistic.Targets];
    }

    /// <inheritdoc/>
    public override bool Offers(PlayerLine line, PlayerStatistic statistic) => statistic switch
    {
        PlayerStatistic.PassingYards => line[PlayerStatistic.PassAttempts] >= 3 || Prior[PlayerStatistic.PassAttempts] >= 12,
        PlayerStatistic.RushingYards => line[PlayerStatistic.RushAttempts] >= 3 || Prior[PlayerStatistic.RushAttempts] >= 4,
        PlayerStatistic.ReceivingYards or PlayerStatistic.Receptions => line[PlayerStatistic.Receptions] >= 2 || Prior[PlayerStatistic.Receptions] >= 1.5,
        PlayerStatistic.Touchdowns => Usage(line) >= 5,
        _ => false,
    };

    /// <inheritdoc/>
    protected override GameView ViewOf(GameState state, GameInfo info, IOutcomeDistribution solved) => GameView.Timed(state, solved, 9_000, 6_000);

    /// <inheritdoc/>
    protected override void Begin(GameState state, GameInfo info, BoxScore box)
    {
        var left = Math.Max(0.002, View.Left);
        foreach (var side in (ReadOnlySpan<Side>)[Side.Home, Side.Away])
        {
            _pointsExpected[(int)side] = Math.Clamp(Math.Log(Math.Max(0.2, View.PointsLeft(side)) / (TypicalPoints * left)), -0.7, 0.7);
        }

        // The last three minutes of a half have more plays than others, above all passes.
        var late = left > 0.5 ? LateShare + Math.Min(LateShare, left - 0.5) : Math.Min(LateShare, left);
        _lateToCome = Math.Log((left + (LateExtra * late)) / (left * (1 + (2 * LateExtra * LateShare))));
    }

    /// <inheritdoc/>
    protected override void Describe(PlayerLine line, BoxScore box, Span<double> features)
    {
        var elapsed = View.Elapsed;
        var side = line.Side ?? Side.Home;
        var lead = Math.Clamp(View.Lead(side) / 14.0, -2, 2);
        features[0] = 1;
        features[1] = _pointsExpected[(int)side];
        features[2] = Log(PlayerStatistic.PassAttempts);
        features[3] = Log(PlayerStatistic.RushAttempts);
        features[4] = Log(PlayerStatistic.Targets);
        features[5] = lead * elapsed;
        features[6] = Math.Log(1 + Math.Max(0, line.Missed(box)));
        features[7] = elapsed;
        features[8] = Prior[PlayerStatistic.PassAttempts] > 8
            ? Math.Log((1.0 + line[PlayerStatistic.PassAttempts]) / (1.0 + box.Team(side, PlayerStatistic.PassAttempts)))
            : 0;
        features[9] = elapsed == 0 ? 1 : 0;
        features[10] = _lateToCome;

        double Log(PlayerStatistic touches) => Math.Log((PriorTouches + line[touches]) / (PriorTouches + (Prior[touches] * elapsed)));
    }

    /// <inheritdoc/>
    protected override void Fill(PlayerLine line, PlayerStatistic statistic, RestLaw law)
    {
        var touches = TouchesOf(statistic);
        var (mean, size) = Count(line, touches);
        if (touches == statistic)
        {
            law.SetCount(mean, size);
            return;
        }

        var table = statistic == PlayerStatistic.RushingYards ? _runs : _catches;
        law.SetYards(mean, size / SpreadOf(statistic), table, PerTouch(line, statistic, table.Mean) / table.Mean);
    }
}
