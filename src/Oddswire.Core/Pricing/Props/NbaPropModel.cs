using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Props;

/// <summary>
/// Basketball: each statistic is a count whose rate a game is updated by what the player has done, by the minutes he has had against those expected, by
/// what the joint model still expects of his team, by a game that is decided (starters rest) and, near the end, by whether he is on the court.
/// </summary>
public sealed class NbaPropModel : PropModel
{
    private const double Minutes = 48;
    private const double TypicalPoints = 106;
    private const double PriorMinutes = 6;
    private readonly YardTable _points;
    private int _nowTenths;

    /// <summary>A model.</summary>
    public NbaPropModel(PropParameters parameters, PlayerBook book)
        : base(parameters, book) => _points = parameters.Scores;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> FeatureNames { get; } =
    [
        "the league's level", "points expected of his team", "minutes so far against those expected", "a decided game", "a decided game and his share of the minutes",
        "being on or off the court near the end", "minutes left to him", "being on or off the court", "a starter", "time gone", "the game not having begun",
    ];

    /// <inheritdoc/>
    public override double Usage(PlayerLine line)
    {
        var prior = Book.Of(line);
        var usage = prior[PlayerStatistic.CourtTime] + MinutesOf(line);
        return usage < 12 && !line.HasPlayed ? 0 : usage + (line.Slot * 20);
    }

    /// <inheritdoc/>
    public override bool Offers(PlayerLine line, PlayerStatistic statistic)
    {
        var expected = Math.Max(Prior[statistic], line[statistic]);
        return statistic switch
        {
            PlayerStatistic.Points => expected >= 4,
            PlayerStatistic.Rebounds => expected >= 2.5,
            PlayerStatistic.Assists => expected >= 1.5,
            PlayerStatistic.Threes => expected >= 0.7,
            _ => false,
        };
    }

    /// <summary>Minutes on court so far.</summary>
    public double MinutesOf(PlayerLine line) =>
        Math.Clamp(line[PlayerStatistic.CourtTime] + (line[PlayerStatistic.OnCourt] > 0 ? _nowTenths : 0), 0, _nowTenths) / 600.0;

    /// <inheritdoc/>
    protected override GameView ViewOf(GameState state, GameInfo info, IOutcomeDistribution solved)
    {
        var view = GameView.Timed(state, solved, 7_200, 3_000);
        _nowTenths = (int)Math.Round(view.Elapsed * 28_800);
        return view;
    }

    /// <inheritdoc/>
    protected override void Describe(PlayerLine line, BoxScore box, Span<double> features)
    {
        var (elapsed, left) = (View.Elapsed, Math.Max(0.002, View.Left));
        var expected = Math.Max(2, Prior[PlayerStatistic.CourtTime]);
        var minutes = MinutesOf(line);
        var share = (PriorMinutes + minutes) / ((PriorMinutes / (expected / Minutes)) + (elapsed * Minutes));
        var minutesLeft = left * Minutes;
        var decided = Math.Clamp((Math.Abs(View.Margin) / (3 + (2 * Math.Sqrt(minutesLeft)))) - 1, 0, 3);
        var isOn = line[PlayerStatistic.OnCourt] > 0 ? 1.0 : 0.0;
        features[0] = 1;
        features[1] = line.Side is { } side ? Math.Clamp(Math.Log(Math.Max(0.5, View.PointsLeft(side)) / (TypicalPoints * left)), -0.7, 0.7) : 0;
        features[2] = Math.Log((PriorMinutes + minutes) / (PriorMinutes + (expected * elapsed)));
        features[3] = decided;
        features[4] = decided * (share - 0.5);
        features[5] = elapsed > 0.02 ? (isOn - share) * Math.Exp(-minutesLeft / 6) : 0;
        features[6] = Math.Log((2 + Math.Max(0, expected - minutes)) / (2 + (expected * left)));
        features[7] = elapsed > 0.02 ? isOn - share : 0;
        features[8] = line.Slot > 0 ? left : 0;
        features[9] = Math.Min(1, elapsed);
        features[10] = elapsed == 0 ? 1 : 0;
    }

    /// <inheritdoc/>
    protected override void Fill(PlayerLine line, PlayerStatistic statistic, RestLaw law)
    {
        var (mean, size) = Count(line, TouchesOf(statistic));
        if (statistic == PlayerStatistic.Points)
        {
            law.SetYards(mean, size / SpreadOf(statistic), _points, PerTouch(line, statistic, _points.Mean) / _points.Mean);
        }
        else
        {
            law.SetCount(mean, size);
        }
    }
}
