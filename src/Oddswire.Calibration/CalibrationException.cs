namespace Oddswire.Calibration;

/// <summary>Data or a request that cannot be used: the message names the input and the place, the remedy what to do about it.</summary>
public sealed class CalibrationException(string message, string remedy, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
