namespace Paypro.Server.Platform;

/// <summary>
/// Something cannot be done at this moment and certainly was not: too much waits, or what it depends on could not be read in time. It is no fault of the program, and the log tells it
/// in one line without a stack.
/// </summary>
/// <param name="message">A sentence for the log.</param>
internal abstract class NotNowException(string message) : Exception(message);
