"""Work on photos in the processes of a Ray cluster: the only place that imports ray, and only when it is asked to."""
