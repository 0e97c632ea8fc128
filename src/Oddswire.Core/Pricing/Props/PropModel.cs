using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Props;

/// <summary>
/// A league's model of what its players will still do, given what they have done, what was expected of them and what the joint model of the game
/// expects from here. Pure and deterministic; keeps buffers, so one instance a thread.
/// </summary>
public abstract class PropModel
{
    /// <summary>The most features of a player.</summary>
    public const int MaxFeatures = 11;

    private readonly double[] _features = new double[MaxFeatures];
    private readonly RestLaw _law = new();
    private readonly double[] _playerWeights = new double[64];
    private readonly double[] _gameWeights = new double[64];
    private readonly double[] _spreads = new double[64];
    private readonly CountParameters?[] _counts = new CountParameters?[64];

    // Of all players at one moment, and of the player last looked at.
    private readonly (double Left, (double Excess, double Size) Width)[] _widths = new (double, (double, double))[64];
    private (PlayerStatistic Statistic, double Mean, double Size)? _lastCount;

    /// <summary>Readings of a league with its parameters and players.</summary>
    protected PropModel(PropParameters parameters, PlayerBook book)
    {
        (Parameters, Book) = (parameters, book);
        for (var i = 0; i < _playerWeights.Length; i++)
        {
            var statistic = (PlayerStatistic)i;
            _playerWeights[i] = parameters.Figures.GetValueOrDefault(PlayerWeight(statistic), 40);
            _gameWeights[i] = parameters.Figures.GetValueOrDefault(GameWeight(statistic), 60);
            _spreads[i] = parameters.Figures.GetValueOrDefault(SpreadName(statistic), 1);
            (_counts[i], _widths[i].Left) = (parameters.Counts.GetValueOrDefault(statistic), double.NaN);
        }
    }

    /// <summary>Name and version, as on every update.</summary>
    public string Version => Parameters.Version;

    /// <summary>The parameters.</summary>
    public PropParameters Parameters { get; }

    /// <summary>What is expected of players.</summary>
    public PlayerBook Book { get; }

    /// <summary>The game as it was last looked at.</summary>
    public GameView View { get; private set; }

    /// <summary>Features of the player last looked at.</summary>
    public ReadOnlySpan<double> Features => _features;

    /// <summary>The player last looked at: his expectation.</summary>
    protected PlayerPrior Prior { get; private set; } = new();

    /// <summary>Looks at a game; readings are of that moment until the next call.</summary>
    /// <param name="state">The state; scheduled or live.</param>
    /// <param name="info">What is known of the game.</param>
    /// <param name="solved">What the joint model says at that state.</param>
    /// <param name="box">What the players have done.</param>
    public void Look(GameState state, GameInfo info, IOutcomeDistribution solved, BoxScore box)
    {
        View = ViewOf(state, info, solved);
        Begin(state, info, box);
    }

    /// <summary>Looks at a player; readings are of him until the next call.</summary>
    public void Look(PlayerLine line, BoxScore box)
    {
        Prior = Book.Of(line);
        _lastCount = null;
        Array.Clear(_features);
        Describe(line, box, _features);
    }

    /// <summary>How much he is used, by what was expected and what he has done, to choose whom to offer; zero for somebody who is not offered.</summary>
    public abstract double Usage(PlayerLine line);

    /// <summary>Whether a statistic of the player last looked at is offered.</summary>
    public abstract bool Offers(PlayerLine line, PlayerStatistic statistic);

    /// <summary>What each circumstance of the player last looked at multiplies his count still to come by; those that change it by less than half a percent are left out.</summary>
    public IReadOnlyList<(string Name, double Value)> Factors(PlayerStatistic statistic)
    {
        if (!Parameters.Counts.TryGetValue(TouchesOf(statistic), out var count))
        {
            return [];
        }

        List<(string Name, double Value)> factors = [];
        for (var i = 0; i < count.Effects.Count; i++)
        {
            var effect = count.Effects[i] * _features[i];
            if (Math.Abs(effect) >= 0.005)
            {
                factors.Add((FeatureNames[i], Math.Exp(effect)));
            }
        }

        return factors;
    }

    /// <summary>What the features say, in words, in their order.</summary>
    protected abstract IReadOnlyList<string> FeatureNames { get; }

    /// <summary>The law of what the player last looked at will still add to a statistic; a buffer of the model.</summary>
    public RestLaw Rest(PlayerLine line, PlayerStatistic statistic)
    {
        if (line.IsGone)
        {
            _law.SetNothing();
        }
        else
        {
            Fill(line, statistic, _law);
        }

        return _law;
    }

    /// <summary>The model of a league as it is built in.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a league.</exception>
    public static PropModel Create(League league) => Create(league, PropFiles.Parameters(league), PropFiles.Book(league));

    /// <summary>The model of a league with other parameters or players.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a league.</exception>
    public static PropModel Create(League league, PropParameters parameters, PlayerBook book) => league switch
    {
        League.Nfl => new NflPropModel(parameters, book),
        League.Nba => new NbaPropModel(parameters, book),
        League.Mlb => new MlbPropModel(parameters, book),
        _ => throw new ArgumentOutOfRangeException(nameof(league), league, "Not a league; expected nfl, nba or mlb."),
    };

    /// <summary>The count of touches whose yards (or points) a statistic is; the statistic itself when it is a count.</summary>
    public static PlayerStatistic TouchesOf(PlayerStatistic statistic) => statistic switch
    {
        PlayerStatistic.PassingYards => PlayerStatistic.Completions,
        PlayerStatistic.RushingYards => PlayerStatistic.RushAttempts,
        PlayerStatistic.ReceivingYards => PlayerStatistic.Receptions,
        PlayerStatistic.Points => PlayerStatistic.Scores,
        _ => statistic,
    };

    /// <summary>The league's view of a state.</summary>
    protected abstract GameView ViewOf(GameState state, GameInfo info, IOutcomeDistribution solved);

    /// <summary>Prepares for the players of a game.</summary>
    protected virtual void Begin(GameState state, GameInfo info, BoxScore box)
    {
    }

    /// <summary>Writes a player's features.</summary>
    protected abstract void Describe(PlayerLine line, BoxScore box, Span<double> features);

    /// <summary>Writes the law of what is still to come of a statistic.</summary>
    protected abstract void Fill(PlayerLine line, PlayerStatistic statistic, RestLaw law);

    /// <summary>Mean and size of a count of the player last looked at.</summary>
    protected (double Mean, double Size) Count(PlayerLine line, PlayerStatistic statistic)
    {
        // Catches and the yards of catches are asked for one after the other.
        if (_lastCount is { } last && last.Statistic == statistic)
        {
            return (last.Mean, last.Size);
        }

        var count = _counts[(int)statistic] ?? throw new KeyNotFoundException($"The parameters '{Version}' have no count '{statistic}'.");
        var mean = count.MeanOf(Prior[statistic], line[statistic], View.Elapsed, View.Left, _features);
        ref var width = ref _widths[(int)statistic];
        if (width.Left != View.Left)
        {
            width = (View.Left, count.WidthAt(View.Left));
        }

        var size = CountParameters.SizeOf(mean, width.Width);
        _lastCount = (statistic, mean, size);
        return (mean, size);
    }

    /// <summary>Yards (points) a touch: the player's average, moved by this game's touches as far as they weigh.</summary>
    protected double PerTouch(PlayerLine line, PlayerStatistic statistic, double typical)
    {
        var touches = TouchesOf(statistic);
        var expected = Prior[touches] > 0.05 ? Prior[statistic] / Prior[touches] : 0;
        var before = Before(typical, expected, Prior.Games * Prior[touches], _playerWeights[(int)statistic]);
        return Math.Max(typical / 4, Now(before, line[statistic], line[touches], _gameWeights[(int)statistic]));
    }

    /// <summary>
    /// How much wider than a sum of independent touches yards (points) are: what multiplies the excess of the touches' variance over their mean. Many touches
    /// bring less each (free throws, short passes), so that it is mostly below one.
    /// </summary>
    protected double SpreadOf(PlayerStatistic statistic) => _spreads[(int)statistic];

    /// <summary>Prices with another <see cref="SpreadOf"/>, as training does to find it.</summary>
    public void TrySpread(PlayerStatistic statistic, double spread) => _spreads[(int)statistic] = spread;

    /// <summary>Name of the figure of <see cref="SpreadOf"/>.</summary>
    public static string SpreadName(PlayerStatistic statistic) => $"spread_{statistic.Name()}";

    /// <summary>Name of the figure: touches' worth of the usual when a player's own average is taken.</summary>
    public static string PlayerWeight(PlayerStatistic statistic) => $"player_touches_{statistic.Name()}";

    /// <summary>Name of the figure: touches' worth of what was expected when this game's touches are added.</summary>
    public static string GameWeight(PlayerStatistic statistic) => $"game_touches_{statistic.Name()}";

    /// <summary>What a touch is expected to bring before the game.</summary>
    public static double Before(double typical, double own, double touches, double weight) => ((weight * typical) + (touches * own)) / (weight + touches);

    /// <summary>What a touch is expected to bring from here.</summary>
    public static double Now(double before, double soFar, double touches, double weight) => ((weight * before) + soFar) / (weight + touches);
}
