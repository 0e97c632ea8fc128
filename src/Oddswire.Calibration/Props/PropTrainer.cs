using Oddswire.Calibration.Fit;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Calibration.Props;

/// <summary>Fits the players' models of a league. Deterministic: there is no random choice in it.</summary>
public sealed class PropTrainer(League league)
{
    private const double Decay = 0.94;
    private const double NewcomerGames = 3;
    private const int FirstYard = -15;
    private const int LastYard = 99;

    /// <summary>Games from which only the book of players learns, before any is shown.</summary>
    public int WarmUp => league switch { League.Nfl => 60, League.Nba => 60, _ => 150 };

    /// <summary>A book that begins empty.</summary>
    public PlayerBookBuilder NewBook() => new(league, league == League.Mlb ? 0.995 : Decay, NewcomerGames);

    /// <summary>Fits the parameters.</summary>
    /// <param name="games">In order of play.</param>
    /// <param name="isUsed">Which games, by their number, may be fitted on; the book learns from all.</param>
    /// <param name="version">Version of the parameters.</param>
    /// <param name="progress">Told what is being done.</param>
    public PropParameters Fit(IReadOnlyList<PropGame> games, Func<int, bool> isUsed, string version, Action<string> progress)
    {
        var parameters = Start(version, games);
        var samples = CountSamples(games, parameters, isUsed);
        Dictionary<PlayerStatistic, CountParameters> counts = [];
        foreach (var (statistic, taken) in samples.OrderBy(static entry => entry.Key))
        {
            progress($"{league.Code()}: {statistic.Name()}, {taken.Count} moments");
            counts[statistic] = CountFit.Fit(taken);
        }

        parameters = parameters with { Counts = counts };
        if (league != League.Mlb)
        {
            return TouchFit.Apply(league, this, games, parameters, isUsed);
        }

        parameters = ChooseWidth(games, parameters, isUsed, progress);
        return FitBatting(games, parameters, isUsed, progress);
    }

    /// <summary>The counts whose law is fitted, sampled at the moments of <see cref="PropPass.Stages"/>.</summary>
    internal Dictionary<PlayerStatistic, List<CountSample>> CountSamples(
        IReadOnlyList<PropGame> games, PropParameters parameters, Func<int, bool> isUsed)
    {
        Dictionary<PlayerStatistic, List<CountSample>> samples = [];
        var builder = NewBook();
        var model = PropModel.Create(league, parameters, builder.Book);
        new PropPass(league).Walk(games, _ => model, builder, WarmUp, Take);
        return samples;

        void Take(PropMoment moment)
        {
            var count = PropModel.TouchesOf(moment.Statistic);
            var isBatting = league == League.Mlb && count != PlayerStatistic.Strikeouts;

            // The catches behind receiving yards are those of the market of catches.
            if (!isUsed(moment.Game) || isBatting || moment.Statistic == PlayerStatistic.ReceivingYards)
            {
                return;
            }

            var prior = model.Book.Of(moment.Player);
            var rest = moment.FinalLine[count] - moment.Player[count];
            var sample = league == League.Mlb
                ? new CountSample(
                    moment.Game, prior[count], moment.Player[count], moment.Player[PlayerStatistic.BattersFaced],
                    MlbPropModel.BattersLeft(parameters, prior, moment.Player), [.. model.Features], rest, model.View.Left)
                : new CountSample(moment.Game, prior[count], moment.Player[count], model.View.Elapsed, model.View.Left, [.. model.Features], rest, model.View.Left);
            (samples.TryGetValue(count, out var list) ? list : samples[count] = []).Add(sample);
        }
    }

    /// <summary>Parameters of which nothing is fitted yet.</summary>
    public PropParameters Blank(IReadOnlyList<PropGame> games) => Start("blank", games);

    private PropParameters Start(string version, IReadOnlyList<PropGame> games)
    {
        var nothing = new PropParameters
        {
            Version = version,
            Counts = new Dictionary<PlayerStatistic, CountParameters>(),
            Figures = new Dictionary<string, double>(),
            FirstYard = FirstYard,
        };
        return league switch
        {
            League.Nfl => nothing with
            {
                RunYards = Yards(games, PlayerStatistic.RushAttempts, PlayerStatistic.RushingYards),
                CatchYards = Yards(games, PlayerStatistic.Receptions, PlayerStatistic.ReceivingYards),
            },
            League.Mlb => nothing with
            {
                Figures = new Dictionary<string, double>
                {
                    ["turns_without_out"] = 0.43,
                    ["turns_strength"] = 0.3,
                    ["turns_size"] = 0.5,
                    ["leaves"] = 0.2,
                    ["batting_strength"] = 0.4,
                    ["batting_late"] = 0,
                    ["batters_width"] = 4,
                },
            },
            _ => nothing with
            {
                ScorePoints = Values(games, PlayerStatistic.Points, 1, 3),
            },
        };
    }

    private static double[] Values(IReadOnlyList<PropGame> games, PlayerStatistic statistic, int least, int most)
    {
        var counts = new double[most - least + 1];
        foreach (var change in games.SelectMany(static game => game.Steps).SelectMany(static step => step.Changes))
        {
            if (change.Statistic == statistic)
            {
                counts[Math.Clamp(change.Amount, least, most) - least]++;
            }
        }

        return counts;
    }

    private static double[] Yards(IReadOnlyList<PropGame> games, PlayerStatistic touch, PlayerStatistic yards)
    {
        var counts = new double[LastYard - FirstYard + 1];
        foreach (var changes in games.SelectMany(static game => game.Steps.Select(static step => step.Changes)))
        {
            foreach (var change in changes.Where(change => change.Statistic == touch))
            {
                var gained = changes.Where(other => other.Player == change.Player && other.Statistic == yards).Sum(static other => other.Amount);
                counts[Math.Clamp(gained, FirstYard, LastYard) - FirstYard]++;
            }
        }

        return counts;
    }

    /// <summary>How softly a pitcher's batters end past his usual number: the likeliest of a few.</summary>
    private PropParameters ChooseWidth(IReadOnlyList<PropGame> games, PropParameters parameters, Func<int, bool> isUsed, Action<string> progress)
    {
        var best = (Cost: double.PositiveInfinity, Parameters: parameters);
        foreach (var width in (double[])[3, 5, 7, 10])
        {
            var figures = parameters.Figures.ToDictionary();
            figures["batters_width"] = width;
            var tried = parameters with { Figures = figures };
            var samples = CountSamples(games, tried, isUsed)[PlayerStatistic.Strikeouts];
            var count = CountFit.Fit(samples);
            var cost = CountFit.CostOf(count, samples);
            progress($"{league.Code()}: strikeouts with batters to face cut off over {width}: {cost:0.0000}");
            if (cost < best.Cost)
            {
                best = (cost, tried with { Counts = new Dictionary<PlayerStatistic, CountParameters>(parameters.Counts) { [PlayerStatistic.Strikeouts] = count } });
            }
        }

        return best.Parameters;
    }

    /// <summary>The figures of batting by the likelihood of hits and of bases; on a share of the games, since each trial walks through them.</summary>
    private PropParameters FitBatting(IReadOnlyList<PropGame> games, PropParameters parameters, Func<int, bool> isUsed, Action<string> progress)
    {
        string[] names = ["turns_without_out", "turns_strength", "turns_size", "leaves", "batting_strength", "batting_late"];
        progress($"{league.Code()}: turns at bat");
        var moments = BattingMoments(games, parameters, number => isUsed(number) && number % 6 < 2);
        double[] start = [Math.Log(0.43), 0.3, Math.Log(0.5), Math.Log(0.2), 0.4, 0];
        var best = QuasiNewton.Minimise(start, at => Cost(With(at)), 12, 1e-6);
        return With(best);

        PropParameters With(double[] at)
        {
            double[] values = [Math.Exp(at[0]), at[1], Math.Exp(at[2]), Math.Exp(at[3]), at[4], at[5]];
            var figures = parameters.Figures.ToDictionary();
            for (var i = 0; i < names.Length; i++)
            {
                figures[names[i]] = values[i];
            }

            return parameters with { Figures = figures };
        }

        double Cost(PropParameters tried)
        {
            var model = new MlbPropModel(tried, new PlayerBook());
            var law = new RestLaw();
            double sum = 0;
            foreach (var moment in moments)
            {
                model.Batting(moment.Turn, moment.Statistic, law);
                var probability = law.MoreThan(moment.More - 1).Value - law.MoreThan(moment.More).Value;
                sum -= Math.Log(Math.Max(1e-9, probability));
            }

            return sum / moments.Count;
        }
    }

    private List<(BattingTurn Turn, PlayerStatistic Statistic, int More)> BattingMoments(
        IReadOnlyList<PropGame> games, PropParameters parameters, Func<int, bool> isUsed)
    {
        List<(BattingTurn, PlayerStatistic, int)> moments = [];
        var builder = NewBook();
        var model = (MlbPropModel)PropModel.Create(league, parameters, builder.Book);
        new PropPass(league).Walk(games, _ => model, builder, WarmUp, Take);
        return moments;

        void Take(PropMoment moment)
        {
            if (isUsed(moment.Game) && moment.Statistic is PlayerStatistic.Hits or PlayerStatistic.TotalBases)
            {
                moments.Add((model.TurnOf(moment.Player), moment.Statistic, moment.Final - moment.Player[moment.Statistic]));
            }
        }
    }
}
