using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Calibration.Props;

/// <summary>
/// The baselines: a player's pregame average as a negative binomial law, its spread and a factor fitted. Pro rata takes the share of the game left of it and adds it
/// to what he has; average keeps the law of the whole game, given that it is at least what he has.
/// </summary>
internal sealed class RestBaseline
{
    private static readonly double[] One = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private readonly Dictionary<PlayerStatistic, CountParameters> _proRata = [];
    private readonly Dictionary<PlayerStatistic, CountParameters> _average = [];

    /// <summary>Fits them.</summary>
    public static RestBaseline Fit(League league, IReadOnlyList<PropGame> games, Func<int, bool> isUsed, PropTrainer trainer)
    {
        Dictionary<PlayerStatistic, List<CountSample>> rests = [], wholes = [];
        var builder = trainer.NewBook();
        var model = PropModel.Create(league, trainer.Blank(games), builder.Book);
        new PropPass(league).Walk(games, _ => model, builder, trainer.WarmUp, Take);
        var baseline = new RestBaseline();
        foreach (var statistic in PropStatistics.Of(league).ToArray())
        {
            baseline._proRata[statistic] = CountFit.FitProRata(rests[statistic]);
            baseline._average[statistic] = CountFit.FitProRata(wholes[statistic]);
        }

        return baseline;

        void Take(PropMoment moment)
        {
            if (!isUsed(moment.Game))
            {
                return;
            }

            var rest = Math.Max(0, moment.Final - moment.Player[moment.Statistic]);
            Add(rests, moment.Statistic, new CountSample(moment.Game, moment.Expected, 0, 0, model.View.Left, One, rest, model.View.Left));
            if (moment.Stage == 0)
            {
                Add(wholes, moment.Statistic, new CountSample(moment.Game, moment.Expected, 0, 0, 1, One, Math.Max(0, moment.Final), 1));
            }
        }

        static void Add(Dictionary<PlayerStatistic, List<CountSample>> to, PlayerStatistic statistic, CountSample sample) =>
            (to.TryGetValue(statistic, out var list) ? list : to[statistic] = []).Add(sample);
    }

    /// <summary>The law of what is still to come, pro rata.</summary>
    public Law ProRata(PlayerStatistic statistic, double expected, double left) => LawOf(_proRata[statistic], expected, left, 0);

    /// <summary>The law of what is still to come, from the whole game's.</summary>
    public Law Average(PlayerStatistic statistic, double expected, int soFar) => LawOf(_average[statistic], expected, 1, Math.Max(0, soFar));

    private static Law LawOf(CountParameters parameters, double expected, double left, int soFar)
    {
        var mean = parameters.MeanOf(expected, 0, 0, left, One);
        var probabilities = new double[700];
        var length = CountLaw.Fill(mean, parameters.SizeOf(mean, left), probabilities);
        return new Law(probabilities, length, soFar);
    }

    /// <summary>A law of what is still to come.</summary>
    internal readonly struct Law
    {
        private readonly double[] _above;
        private readonly int _soFar;

        public Law(double[] probabilities, int length, int soFar)
        {
            _above = new double[length + 1];
            _soFar = soFar;
            for (var n = length - 1; n >= 0; n--)
            {
                _above[n] = _above[n + 1] + probabilities[n];
            }
        }

        /// <summary>The probability of more than so much.</summary>
        public double Above(int amount)
        {
            if (amount < 0)
            {
                return 1;
            }

            var reached = _soFar < _above.Length ? _above[_soFar] : 0;
            var above = amount + _soFar + 1 < _above.Length ? _above[amount + _soFar + 1] : 0;
            return reached < 1e-12 ? Math.Pow(0.5, amount + 1) : above / reached;
        }
    }
}
