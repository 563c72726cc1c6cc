"""What connects the measuring and the reading half: from what a user asks for to a finished run. It prints nothing."""
