using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Calibration.Evaluation;

/// <summary>How good forecasts were on one group of states.</summary>
/// <param name="Name">The group.</param>
/// <param name="Rows">States.</param>
/// <param name="Games">Games they come from: the real size of the sample.</param>
/// <param name="LogLoss">Mean of -ln of the chance given to what happened.</param>
/// <param name="Brier">Mean squared error of the home win probability.</param>
/// <param name="CalibrationError">Mean distance of forecast and frequency over bins of five points, weighted by rows.</param>
/// <param name="CalibrationErrorOfPerfection">The calibration error that right chances would show on so many games.</param>
/// <param name="Slope">Slope of the outcome's log odds on the forecast's; 1 is right.</param>
/// <param name="Intercept">Its intercept; 0 is right.</param>
public sealed record GroupFigures(
    string Name,
    int Rows,
    int Games,
    MeasuredFigure LogLoss,
    MeasuredFigure Brier,
    MeasuredFigure CalibrationError,
    double CalibrationErrorOfPerfection,
    MeasuredFigure Slope,
    MeasuredFigure Intercept);

/// <summary>The model beside another forecaster, on the rows that both judge.</summary>
/// <param name="Name">The other one.</param>
/// <param name="Rows">States.</param>
/// <param name="Games">Games.</param>
/// <param name="LogLoss">The other's log loss.</param>
/// <param name="Brier">The other's Brier score.</param>
/// <param name="LogLossDifference">Model minus other, paired; below zero the model is better.</param>
/// <param name="BrierDifference">The same of the Brier score.</param>
public sealed record BaselineFigures(
    string Name, int Rows, int Games, MeasuredFigure LogLoss, MeasuredFigure Brier, MeasuredFigure LogLossDifference, MeasuredFigure BrierDifference);

/// <summary>How often the results of a stage's states fall within the forecast's 80 % intervals; null where the forecast does not say.</summary>
public sealed record StageCover(string Name, MeasuredFigure? Margin, MeasuredFigure? Total);

/// <summary>How good a model is. Intervals are 95 %, clustered by game.</summary>
public sealed record EvaluationReport
{
    /// <summary>The league's code.</summary>
    public required string League { get; init; }

    /// <summary>What was judged: a model's version or a file.</summary>
    public required string Model { get; init; }

    /// <summary>How games were kept apart from those fitted on.</summary>
    public required string Method { get; init; }

    /// <summary>All counted states.</summary>
    public required GroupFigures All { get; init; }

    /// <summary>Overtime or extra innings; null when there was none.</summary>
    public required GroupFigures? Overtime { get; init; }

    /// <summary>By quarter or inning.</summary>
    public required IReadOnlyList<GroupFigures> Periods { get; init; }

    /// <summary>By time left.</summary>
    public required IReadOnlyList<GroupFigures> Stages { get; init; }

    /// <summary>The log loss of the normal baseline by time left, in the order of <see cref="Stages"/>.</summary>
    public required IReadOnlyList<MeasuredFigure> BaselineStages { get; init; }

    /// <summary>By season; one when there is only one.</summary>
    public required IReadOnlyList<GroupFigures> Seasons { get; init; }

    /// <summary>Beside others.</summary>
    public required IReadOnlyList<BaselineFigures> Baselines { get; init; }

    /// <summary>The reliability diagram of all counted states.</summary>
    public required IReadOnlyList<ReliabilityBin> Reliability { get; init; }

    /// <summary>Share of final margins within the forecast's 80 % interval; null where the forecast does not say.</summary>
    public required MeasuredFigure? MarginIn80 { get; init; }

    /// <summary>The same of totals.</summary>
    public required MeasuredFigure? TotalIn80 { get; init; }

    /// <summary>Both by time left, in the order of <see cref="Stages"/>.</summary>
    public required IReadOnlyList<StageCover> StagesIn80 { get; init; }
}
