nav-agenda = Agenda
