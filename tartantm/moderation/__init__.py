"""What a moderator may do: functions of a chat that return the events of an act and its sentence.

The desk and the command line both call them. A refusal is a BadInput with its sentence.
"""
